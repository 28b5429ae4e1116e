"""The language of a text, and when a person must be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.detection import SURE, detect

SENTENCES = {
    "en": "Before you connect the pump to the patient, check that the alarm is set.",
    "de": "Bevor Sie die Pumpe an den Patienten anschließen, prüfen Sie den Alarm.",
    "fr": "Avant de connecter la pompe au patient, vérifiez que l'alarme est réglée.",
    "es": "Antes de conectar la bomba al paciente, compruebe que la alarma está ajustada.",
    "pt": "Antes de ligar a bomba ao paciente, verifique se o alarme não está desligado.",
    "it": "Prima di collegare la pompa al paziente, verificare che l'allarme sia impostato.",
    "nl": "Controleer of het alarm is ingesteld voordat u de pomp op de patiënt aansluit.",
    "pl": "Przed podłączeniem pompy do pacjenta należy sprawdzić, czy alarm jest ustawiony.",
    "ru": "Прежде чем подключать насос к пациенту, убедитесь, что сигнал тревоги настроен.",
    "el": "Πριν συνδέσετε την αντλία στον ασθενή, ελέγξτε ότι ο συναγερμός έχει ρυθμιστεί.",
    "ja": "ポンプを患者に接続する前に、アラームが設定されていることを確認してください。",
    "ko": "펌프를 환자에게 연결하기 전에 경보가 설정되어 있는지 확인하십시오.",
    "zh-Hans": "将泵连接到患者之前,请检查警报是否已设置。",
    "ar": "قبل توصيل المضخة بالمريض، تأكد من ضبط الإنذار.",
    "he": "לפני חיבור המשאבה למטופל, ודאו שההתראה מוגדרת.",
    "hi": "पंप को रोगी से जोड़ने से पहले जाँच लें कि अलार्म सेट है।",
    "th": "ก่อนเชื่อมต่อปั๊มกับผู้ป่วย ให้ตรวจสอบว่าตั้งค่าสัญญาณเตือนแล้ว",
    "tr": "Pompayı hastaya bağlamadan önce alarmın ayarlandığından emin olun.",
    "sr-Cyrl": "Пре него што повежете пумпу са пацијентом, проверите да ли ће аларм бити подешен.",
    "nb": "Før du kobler pumpen til pasienten, må du kontrollere at alarmen ikke er slått av.",
}


class TestDetect:
    @pytest.mark.parametrize("code", SENTENCES)
    def test_it_names_the_language_of_a_sentence_first(self, code: str) -> None:
        found = detect(SENTENCES[code])
        assert found.candidates[0].code == code

    @pytest.mark.parametrize("code", ["en", "de", "fr", "ru", "el", "ja", "ko", "ar", "he", "th"])
    def test_it_does_not_ask_where_nothing_else_comes_near(self, code: str) -> None:
        found = detect(SENTENCES[code])
        assert found.language is not None
        assert found.confidence >= SURE

    @pytest.mark.parametrize("text", ["ok", "Halden 300", "Menu", "Hotel Bravo"])
    def test_it_asks_where_a_few_words_may_be_of_many(self, text: str) -> None:
        assert detect(text).language is None

    @pytest.mark.parametrize("text", ["", "   ", "12.5", "{name}", "https://halden.example/a", "…"])
    def test_it_names_nothing_where_there_are_no_words(self, text: str) -> None:
        assert detect(text).candidates == ()
        assert detect(text).confidence == 0.0

    def test_it_offers_the_neighbours_of_a_language_it_is_not_sure_of(self) -> None:
        found = detect("Ova stranica se ne može prikazati.")
        assert found.language is None
        assert {"hr", "sr-Latn"} & {one.code for one in found.candidates}

    def test_it_reads_through_markup_and_placeholders(self) -> None:
        bare = detect(SENTENCES["de"])
        marked = detect(f"<p class='please note the following'>{SENTENCES['de']}</p> {{name}} %s")
        assert (marked.candidates[0], marked.confidence) == (bare.candidates[0], bare.confidence)

    def test_it_takes_a_long_text_in_little_time(self) -> None:
        found = detect(SENTENCES["fr"] * 2_000)
        assert found.language is not None
        assert found.language.code == "fr"

    @given(st.text(max_size=200))
    def test_it_bears_any_text(self, text: str) -> None:
        found = detect(text)
        assert 0.0 <= found.confidence <= 1.0
        assert len(found.candidates) <= 3
        assert len(set(found.candidates)) == len(found.candidates)
        assert (found.confidence == 0.0) == (not found.candidates)

    def test_it_bears_what_is_no_unicode_text(self) -> None:
        assert detect("\ud800 Guten Morgen, meine Damen und Herren\x00").candidates
