"""How is a sentence kept that people read in Chinese or in English?"""

from typing import Any, Final, NamedTuple

ZH: Final = "zh"
EN: Final = "en"
LANGS: Final = (ZH, EN)


class Text(NamedTuple):
    """One sentence in both languages, with the same `{fields}` to fill in.

    A value that is a Text itself is said in the same language.
    """

    zh: str
    en: str

    def say(self, lang: str, **values: Any) -> str:
        """Return the sentence in `lang` ("zh" or "en"), filled in.

        Raises:
            KeyError: A field has no value.
        """
        template = self.en if lang == EN else self.zh
        said = {
            name: value.say(lang) if isinstance(value, Text) else value
            for name, value in values.items()
        }
        return template.format(**said)
