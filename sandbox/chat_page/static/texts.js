// Every word of the page, in Chinese first and in English.
const TEXTS = {
  zh: {
    lang: "English", brand: "掌柜演示", brandNote: "全在这台电脑上，不连外网",
    iAm: "我现在是", chats: "聊天", ok: "知道了", lost: "连接断开了，正在重连",
    owner: "店长", manager: "经理", clerk: "客服", warehouse: "仓库", viewer: "只看不动",
    stranger: "外人", bot: "机器人", typing: "正在输入", members: (n) => `${n} 人`,
    noBot: "掌柜还不在群里", begin: "开始", edited: "已编辑", today: "今天", yesterday: "昨天",
    write: "发消息", writeGroup: "用 / 命令或 @ 叫掌柜", attach: "发图片或文件", send: "发送",
    keys: "键盘", newer: "看最新的消息", reply: "回复", close: "关闭", photo: "[图片]",
    file: "[文件]", enlarge: "放大图片", noAnswer: "掌柜没有回应，请稍后再按", copied: "已复制",
    emptyBot: "我替您看订单、打面单、盯异常。\n点下面的按钮就开始。",
    emptyGroup: "群里还没有人说话", emptyGroupNote: "发 / 开头的命令，掌柜就会回答。",
    invite: "把掌柜请进群", inviteTitle: "掌柜还不在这个群", inviteNote: "请进来以后，它会把提醒发到这里。",
    nobody: "还没有人", nobodyNote: "启动演示时给的名单是空的。",
    joined: (by, who) => `${by} 把 ${who} 请进了群`, left: (who) => `${who} 离开了群`,
    upgraded: "本群已升级为超级群", chooser: (name) => `换人，现在是${name}`,
  },
  en: {
    lang: "中文", brand: "Zhanggui demo", brandNote: "Runs on this machine only",
    iAm: "I am now", chats: "Chats", ok: "OK", lost: "Connection lost, trying again",
    owner: "owner", manager: "manager", clerk: "clerk", warehouse: "warehouse",
    viewer: "looks only", stranger: "stranger", bot: "bot", typing: "typing",
    members: (n) => `${n} people`, noBot: "the bot is not in this group", begin: "Start",
    edited: "edited", today: "today", yesterday: "yesterday", write: "Message",
    writeGroup: "Call the bot with / or @", attach: "Send a picture or file", send: "Send",
    keys: "Keyboard", newer: "Newest messages", reply: "Reply", close: "Close", photo: "[picture]",
    file: "[file]", enlarge: "Enlarge the picture",
    noAnswer: "The bot did not answer, press again later", copied: "Copied",
    emptyBot: "I look after orders, labels and exceptions.\nPress the button below to begin.",
    emptyGroup: "Nobody has said anything yet", emptyGroupNote: "The bot answers commands that begin with /",
    invite: "Invite the bot", inviteTitle: "The bot is not in this group",
    inviteNote: "Once it is here, it brings its alerts.",
    nobody: "Nobody is here", nobodyNote: "The demo was started with an empty list of people.",
    joined: (by, who) => `${by} invited ${who}`, left: (who) => `${who} left`,
    upgraded: "This group is now a supergroup", chooser: (name) => `Change person, now ${name}`,
  },
};

let lang = localStorage.getItem("lang") === "en" ? "en" : "zh";

export const language = () => lang;
export const t = (key) => TEXTS[lang][key] ?? key;
export const role = (name) => (name in TEXTS.zh ? t(name) : name);

/** Put the words of the current language wherever `data-t` asks for them. */
export function translate() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = t("brand");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-lang]")) node.textContent = t("lang");
}

export function switchLanguage() {
  lang = lang === "zh" ? "en" : "zh";
  localStorage.setItem("lang", lang);
  translate();
}

/** Say when a message was sent, in the reader's own time zone. */
export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });

export function day(seconds) {
  const date = new Date(seconds * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 864e5);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  return date.toLocaleDateString(lang === "zh" ? "zh-CN" : "en-GB", { month: "long", day: "numeric" });
}
