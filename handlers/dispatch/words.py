"""What does the dispatcher itself say?"""

from typing import Final

from core.texts import Text

BUSY: Final = Text(
    "数据库正忙，已排队，处理完马上回复你，不用重发。",
    "The database is busy. Your request is queued and will be answered; no need to repeat it.",
)
WENT_WRONG: Final = Text(
    "出错了（编号 {number}），没有完成。请稍后再试；还不行就把编号告诉管理员。",
    "Something went wrong (number {number}) and it was not done. Try again in a moment;"
    " if it stays, give the number to your administrator.",
)
UNKNOWN_COMMAND: Final = Text(
    "没有 /{word} 这个命令。发 /help 看全部命令。",
    "There is no /{word}. /help lists all commands.",
)
NEAREST: Final = Text(
    "没有 /{word} 这个命令，是不是 /{nearest}？发 /help 看全部命令。",
    "There is no /{word}. Did you mean /{nearest}? /help lists all commands.",
)
NO_RIGHT: Final = Text(
    "“{command}”需要{roles}身份，你是{role}。需要时请找店主。",
    '"{command}" is for {roles}; you are {role}. Ask the owner if you need it.',
)
PRIVATE_ONLY: Final = Text(
    "“{command}”请在私聊里使用。", 'Please use "{command}" in a private chat with me.'
)
NOT_BOUND: Final = Text(
    "这个群还没有绑定，请店主在群里发 /bind。",
    "This group is not bound yet. An owner can send /bind here.",
)
ADDED: Final = Text(
    "大家好，我是掌柜。请店主在群里发 /bind，之后才能在这里查单和接收提醒。",
    "Hello, I am Zhanggui. An owner has to send /bind here before I answer or post notices.",
)
FORGED: Final = Text("这个按钮无效，请重新查询。", "This button is not valid. Please ask again.")
OLD_BUTTON: Final = Text(
    "这个按钮已过期，请重新查询。", "This button has run out. Please ask again."
)
NOT_YOURS: Final = Text("这个按钮是给别人的。", "This button is for somebody else.")
JUST_A_FILE: Final = Text(
    "收到文件了，要做什么？例如先点“标异常”，再发照片。",
    'I got a file; what is it for? For example, tap "Report problem" first, then send the photo.',
)
IN_PRIVATE: Final = Text(
    "邀请只能在和我的私聊里使用，请私聊我再发一次。",
    "An invite works only in a private chat with me. Please send it there.",
)
