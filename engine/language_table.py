"""The languages we translate into, as plain rows; `engine.languages` gives them their type.

Names, directions and plural categories repeat CLDR so that importing costs nothing; a test holds
them against babel. The last column is the usual length in code points of a text that has 1.0 in
English: a rough, rounded figure for prose, good enough to notice that half a text is missing.
"""

from __future__ import annotations

from typing import Final

# code, English name, own name, ISO 15924 script, CLDR plural categories, expansion
LanguageRow = tuple[str, str, str, str, str, float]

LANGUAGE_ROWS: Final[tuple[LanguageRow, ...]] = (
    ("de", "German", "Deutsch", "Latn", "one other", 1.15),
    ("fr", "French", "français", "Latn", "one many other", 1.18),
    ("fr-CA", "French (Canada)", "français (Canada)", "Latn", "one many other", 1.18),
    ("es", "Spanish", "español", "Latn", "one many other", 1.14),
    (
        "es-419",
        "Spanish (Latin America)",
        "español (Latinoamérica)",
        "Latn",
        "one many other",
        1.14,
    ),
    ("pt-BR", "Portuguese (Brazil)", "português (Brasil)", "Latn", "one many other", 1.09),
    ("pt-PT", "Portuguese (Portugal)", "português (Portugal)", "Latn", "one many other", 1.1),
    ("it", "Italian", "italiano", "Latn", "one many other", 1.13),
    ("en-US", "English (United States)", "English (United States)", "Latn", "one other", 1.0),
    ("en-GB", "English (United Kingdom)", "English (United Kingdom)", "Latn", "one other", 1.0),
    ("nl", "Dutch", "Nederlands", "Latn", "one other", 1.12),
    ("sv", "Swedish", "svenska", "Latn", "one other", 1.02),
    ("da", "Danish", "dansk", "Latn", "one other", 1.04),
    ("nb", "Norwegian Bokmål", "norsk bokmål", "Latn", "one other", 1.02),
    ("fi", "Finnish", "suomi", "Latn", "one other", 1.06),
    ("is", "Icelandic", "íslenska", "Latn", "one other", 1.05),
    ("et", "Estonian", "eesti", "Latn", "one other", 1.03),
    ("lv", "Latvian", "latviešu", "Latn", "zero one other", 1.07),
    ("lt", "Lithuanian", "lietuvių", "Latn", "one few many other", 1.06),
    ("pl", "Polish", "polski", "Latn", "one few many other", 1.1),
    ("cs", "Czech", "čeština", "Latn", "one few many other", 1.0),
    ("sk", "Slovak", "slovenčina", "Latn", "one few many other", 1.02),
    ("hu", "Hungarian", "magyar", "Latn", "one other", 1.1),
    ("ro", "Romanian", "română", "Latn", "one few other", 1.14),
    ("bg", "Bulgarian", "български", "Cyrl", "one other", 1.09),
    ("el", "Greek", "Ελληνικά", "Grek", "one other", 1.18),
    ("sl", "Slovenian", "slovenščina", "Latn", "one two few other", 1.03),
    ("hr", "Croatian", "hrvatski", "Latn", "one few other", 1.03),
    ("sr-Latn", "Serbian (Latin)", "srpski (latinica)", "Latn", "one few other", 1.03),
    ("sr-Cyrl", "Serbian (Cyrillic)", "српски (ћирилица)", "Cyrl", "one few other", 1.02),
    ("mk", "Macedonian", "македонски", "Cyrl", "one other", 1.1),
    ("sq", "Albanian", "shqip", "Latn", "one other", 1.14),
    ("uk", "Ukrainian", "українська", "Cyrl", "one few many other", 1.05),
    ("ru", "Russian", "русский", "Cyrl", "one few many other", 1.04),
    ("tr", "Turkish", "Türkçe", "Latn", "one other", 1.05),
    ("ca", "Catalan", "català", "Latn", "one many other", 1.12),
    ("eu", "Basque", "euskara", "Latn", "one other", 1.1),
    ("gl", "Galician", "galego", "Latn", "one other", 1.1),
    ("cy", "Welsh", "Cymraeg", "Latn", "zero one two few many other", 1.08),
    ("ga", "Irish", "Gaeilge", "Latn", "one two few many other", 1.16),
    ("mt", "Maltese", "Malti", "Latn", "one two few many other", 1.12),
    ("zh-Hans", "Chinese (Simplified)", "中文 (简体)", "Hans", "other", 0.3),
    ("zh-Hant", "Chinese (Traditional)", "中文 (繁體)", "Hant", "other", 0.3),
    ("ja", "Japanese", "日本語", "Jpan", "other", 0.5),
    ("ko", "Korean", "한국어", "Kore", "other", 0.53),
    ("ar", "Arabic", "العربية", "Arab", "zero one two few many other", 0.88),
    ("he", "Hebrew", "עברית", "Hebr", "one two other", 0.78),
    ("fa", "Persian", "فارسی", "Arab", "one other", 0.95),
    ("ur", "Urdu", "اردو", "Arab", "one other", 1.0),
    ("hi", "Hindi", "हिन्दी", "Deva", "one other", 1.02),
    ("mr", "Marathi", "मराठी", "Deva", "one other", 1.0),
    ("bn", "Bangla", "বাংলা", "Beng", "one other", 1.0),
    ("ta", "Tamil", "தமிழ்", "Taml", "one other", 1.18),
    ("te", "Telugu", "తెలుగు", "Telu", "one other", 1.03),
    ("th", "Thai", "ไทย", "Thai", "other", 0.95),
    ("vi", "Vietnamese", "Tiếng Việt", "Latn", "other", 1.1),
    ("id", "Indonesian", "Indonesia", "Latn", "other", 1.12),
    ("ms", "Malay", "Melayu", "Latn", "other", 1.12),
    ("fil", "Filipino", "Filipino", "Latn", "one other", 1.25),
    ("sw", "Swahili", "Kiswahili", "Latn", "one other", 1.08),
)

# Read but never written: a text that says only "en" is not known to be American.
SOURCE_ONLY_ROWS: Final[tuple[LanguageRow, ...]] = (
    ("en", "English", "English", "Latn", "one other", 1.0),
    ("pt", "Portuguese", "português", "Latn", "one many other", 1.09),
)
