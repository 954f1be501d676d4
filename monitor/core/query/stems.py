"""Stems: what a word shares with its inflections.

Snowball (https://snowballstem.org) for most languages. For Arabic and Korean, where small words are written in one with
their neighbours, rules of our own that give a word the same stem with and without them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, cast

import Stemmer

from monitor.core.query.language import STEMMERS

if TYPE_CHECKING:
    from collections.abc import Callable

_LATIN_DEFAULT = "english"
_NOT_LATIN = frozenset(("arabic", "armenian", "greek", "hindi", "nepali", "persian", "russian", "tamil", "yiddish"))
# By the script of a word's first letter: the stemmers that can be meant, the first of them where no language says.
_SCRIPTS = (
    ("\u0370", "\u03ff", ("greek",)),
    ("\u0400", "\u04ff", ("russian", "serbian")),
    ("\u0530", "\u058f", ("armenian",)),
    ("\u0590", "\u05ff", ("", "yiddish")),
    ("\u0600", "\u06ff", ("arabic", "persian")),
    ("\u0900", "\u097f", ("hindi", "nepali")),
    ("\u0b80", "\u0bff", ("tamil",)),
    ("\u30a0", "\u30ff", ("katakana",)),
    ("\uac00", "\ud7a3", ("korean",)),
)
_LATIN_END = "\u036f"


def stemmer_for(form: str, language: str) -> str:
    """The name of the stemmer for a folded word in a text of ``language`` (a tag such as ``fr-CA``; empty: unknown).

    A word's script outranks the language that its feed declares. Empty: the word is its own stem.
    """
    first = form[:1]
    named = STEMMERS.get(language.split("-", 1)[0], _LATIN_DEFAULT)
    if first <= _LATIN_END:
        return _LATIN_DEFAULT if named in _NOT_LATIN else named
    for start, end, stemmers in _SCRIPTS:
        if start <= first <= end:
            return named if named in stemmers else stemmers[0]
    return ""


def stem(form: str, stemmer: str) -> str:
    """The stem of a folded word. Numbers and short words stay as they are."""
    if len(form) < 3 or len(form) > 40 or not stemmer or form.isdigit():
        return form
    own = _OWN.get(stemmer)
    return own(form) if own is not None else _snowball(stemmer).stemWord(form) or form


@lru_cache(maxsize=100_000)
def stem_in(form: str, language: str) -> str:
    """The stem of a folded word in a text of ``language``."""
    return stem(form, stemmer_for(form, language))


class _Snowball(Protocol):
    """What we use of ``Stemmer.Stemmer``, which comes without types."""

    def stemWord(self, word: str) -> str: ...  # noqa: N802  the library's name


@lru_cache(maxsize=64)
def _snowball(name: str) -> _Snowball:
    return cast("_Snowball", Stemmer.Stemmer(name, 0))  # no cache of its own: stem_in has one


# Arabic ---------------------------------------------------------------------------------------------------------------

# "The", also behind "with, like, for"; never so much that fewer than three letters are left.
_ARTICLE = re.compile(r"^(?:[بكل]?ال|لل)(?=.{3})")
# "And", "so", "with", "for" and "like" are one letter at the front of the next word.
_CLITICS = frozenset("وفبلك")
# Endings, with the letters that must be left in front of them: pronouns, feminine, plural, dual.
_ENDINGS = (
    ("اتهم", 3), ("اتها", 3), ("اته", 3), ("تها", 3), ("تهم", 3), ("هما", 3), ("ات", 3), ("ها", 3), ("هم", 3),
    ("ته", 3), ("وا", 3), ("ون", 4), ("ين", 4), ("ان", 4), ("يا", 4), ("ه", 3), ("ي", 4),
)  # fmt: skip
# Words of news, and names, whose own first letter is one of those five. They are not taken apart.
_OWN_FIRST_LETTER = (
    "وزير وزيرة وزارة وزراء وقف وقفة وقت وقع وقعت وقوع وصل وصلت وصول وضع وضعت وطن وطني وطنية وفد وفود وفاة وفيات",
    "وفق وكالة وكالات وكيل ولاية ولايات ولادة ولد والد والدة والي وسط وسيط وساطة وسائل وسيلة وثيقة وثائق وحدة",
    "وحدات وحيد واحد وباء وبائي وجه وجهت وجود وجهة واجه واجهت واشنطن وارسو واسط وادي واقع واسع واسعة واضح وافق",
    "وافقت وافد واتساب وعد وعود ورقة ورد وردت ورشة وزن وشيك وصف وظيفة وظائف ودائع وديعة وريث ويلز ويكيبيديا",
    "ويليام فلسطين فلسطيني فرنسا فرنسي فريق فرق فنزويلا فيتنام فنلندا فيينا فلاديمير فيليب فيلم فيضان",
    "فيضانات فيروس فيتو فيديو فيسبوك فصيل فصائل فصل فساد فشل فشلت فوز فاز فازت فوضى فتح فترة فتاة فتيات فتى فكرة",
    "فكر فقدان فقر فقراء فقد فعل فجر فاعل فاتورة فحص فرصة فرع فرار فرض فرضت فلول فلك فيلق فردي فرد فوج فورد فائدة",
    "فائز فئة فضاء فضائي فضيحة فندق بغداد بيروت باريس برلين بريطانيا بريطاني بلجيكا بلغاريا بولندا بوتين بايدن",
    "بوش باكستان باكستاني بنغازي بنغلاديش برازيل برازيلي برتغال بكين بيونغ بروكسل بولتون بلينكن بانكوك بوليفيا",
    "بيرو بورما بنما بحرين بحريني بيلاروسيا بشار بيان بيانات بنك بنوك بلد بلدة بلدان بلاد بلدية بلديات بحر بحرية",
    "بحري بحث بحوث بعثة بعثات بداية بدا بدات برلمان برلماني برنامج برامج بطولة بطل بطاقة بناء بنية بنت بيت بيئة",
    "بيئي بيع بترول برميل برج بركان بريد بضائع بصرة بصمة بقاع بقاء بيشمركة بلوغ بلغ بلغت بلاغ باخرة باب بائع باحث",
    "باحثون بابا بقي بقيت بكالوريا بذور برد بارد بندقية بنزين بورصة بوليس لبنان لبناني ليبيا ليبي لندن لاهاي لاجئ",
    "لاجئين لاجئون لافروف لجنة لجان لجوء لقاء لقاءات لقاح لقاحات لواء لائحة لوائح لاعب لاعبين لحظة لحوم لغة لغات",
    "لغم ليل ليلة لاحق لاحقا ليتوانيا لاتفيا لوس لويس ليون ليفربول لفتة لسان لوحة كوريا كوري كابول كابل كندا كندي",
    "كوبا كولومبيا كينيا كييف كيف كيري كردستان كردي كرواتيا كركوك كربلاء كشمير كازاخستان كاليفورنيا كامب كونغرس",
    "كوسوفو كويت كويتي كتيبة كتائب كتاب كتب كاتب كاتبة كتلة كتل كمية كميات كارثة كوارث كهرباء كنيسة كنائس كلمة",
    "كلمات كلية كيان كيميائي كيميائية كبير كبيرة كبار كثير كثيرة كثيرون كامل كاملة كانت كانوا كشف كشفت كرة كلب",
    "كاس كورونا كوفيد كوكب كريم كرسي كلام كسر كفاح كيلومتر كيلو كمين كمائن",
)


def _arabic(form: str) -> str:
    own = _own_first_letter()
    word = form
    while len(word) > 3:
        clitic = word[0] in _CLITICS
        # Hardly any word begins with one letter twice: the first of the two is a word of its own.
        if clitic and word[0] != word[1] and _bare(word) in own:
            break
        if clitic and _bare(word[1:]) in own:
            return _bare(word[1:])
        rest = _ARTICLE.sub("", word)
        if rest == word and clitic:
            rest = word[1:]
        if rest == word:
            break
        word = rest
    return _bare(word)


def _bare(word: str) -> str:
    """A word without its endings."""
    while ending := next((end for end, left in _ENDINGS if word.endswith(end) and len(word) - len(end) >= left), ""):
        word = word.removesuffix(ending)
    return word.removesuffix("ا") if word.endswith("يا") and len(word) > 4 else word


@lru_cache(maxsize=1)
def _own_first_letter() -> frozenset[str]:
    """The stems of the words that keep their first letter."""
    letters = str.maketrans({"ة": "ه", "ى": "ي", "ئ": "ي", "ؤ": "و", **dict.fromkeys("أإآ", "ا")})
    return frozenset(_bare(word.translate(letters)) for group in _OWN_FIRST_LETTER for word in group.split())


# Korean and Japanese --------------------------------------------------------------------------------------------------

# Particles behind a noun, the longest first, and what must stand before them: any noun, one that ends in a consonant,
# or one that ends in a vowel.
_PARTICLES = (
    ("에게서", "any"), ("이라고", "consonant"), ("에서", "any"), ("에게", "any"), ("께서", "any"), ("까지", "any"),
    ("부터", "any"), ("보다", "any"), ("처럼", "any"), ("마다", "any"), ("조차", "any"), ("한테", "any"),
    ("으로", "consonant"), ("라고", "vowel"), ("의", "any"), ("에", "any"), ("도", "any"), ("만", "any"),
    ("들", "any"), ("은", "consonant"), ("이", "consonant"), ("을", "consonant"), ("과", "consonant"),
    ("로", "vowel"), ("는", "vowel"), ("가", "vowel"), ("를", "vowel"), ("와", "vowel"),
)  # fmt: skip
_RIEUL = 8  # the final consonant behind which 로 stands as behind a vowel


def _korean(form: str) -> str:
    """A noun without its particles; two syllables stay."""
    while particle := next((particle for particle, behind in _PARTICLES if _ends(form, particle, behind)), ""):
        form = form.removesuffix(particle)
    return form


def _ends(form: str, particle: str, behind: str) -> bool:
    if not form.endswith(particle) or len(form) - len(particle) < 2:
        return False
    final = (ord(form[-len(particle) - 1]) - 0xAC00) % 28
    return behind == "any" or (behind == "consonant") == (final > 0) or (particle == "로" and final == _RIEUL)


def _katakana(form: str) -> str:
    """Writers keep or leave the mark of a long vowel at the end of a longer word: サーバー, サーバ."""
    return form.removesuffix("ー") if len(form) > 3 else form


_OWN: dict[str, Callable[[str], str]] = {"arabic": _arabic, "korean": _korean, "katakana": _katakana}
