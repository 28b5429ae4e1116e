"""Number words of common languages, as stems: just enough to recognise a number written out.

A row reads `value:stem|stem`. A stem of four letters or more may take up to four more letters,
which covers cases, ordinals and plurals; a shorter one stands as it is. Compounds
("zweiundzwanzig") are made of these by `engine.gates.numerals`. Wrong guesses cost little: a word
can only explain a digit that would otherwise be missing on the other side.
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    "en": """
        0:zero|nil|midnight 0.5:half 1:one|once|first|single|a|an
        2:two|twice|second|both|pair|couple|double 3:three|thrice|third|triple
        4:four|quarter|quadrup 5:five|fifth 6:six|sixth 7:seven|seventh 8:eight|eighth
        9:nine|nines|ninth 10:ten|tens|tenth|decimal|decade 11:eleven
        12:twelve|twelfth|dozen|noon 13:thirteen 14:fourteen 15:fifteen 16:sixteen|hexadecimal
        17:seventeen 18:eighteen 19:nineteen 20:twenty|twentie 30:thirty|thirtie 40:forty|fortie
        50:fifty|fiftie 60:sixty|sixtie 70:seventy|seventie 80:eighty|eightie 90:ninety|ninetie
        100:hundred|centur|k 1000:thousand|k 1000000:million|mn|m|mln 1000000000:billion|bn
        1000000000000:trillion|tn
    """,
    "de": """
        0:null 0.5:halb|hälfte 1:eins|ein|eine|einen|einem|einer|eines|erst|einmal|einzig
        2:zwei|beid|doppel|paar|zwo 3:drei|dritt 4:vier|viert 5:fünf 6:sechs 7:sieben|siebt
        8:acht 9:neun 10:zehn 11:elf|elft 12:zwölf|dutzend 16:sechzehn|sechzehnt
        17:siebzehn|siebzehnt 20:zwanzig 30:dreißig|dreissig 40:vierzig 50:fünfzig 60:sechzig
        70:siebzig 80:achtzig 90:neunzig 100:hundert 1000:tausend|tsd 1000000:million|mio
        1000000000:milliarde|mrd 1000000000000:billion|bio
    """,
    "fr": """
        0:zéro 0.5:demi|moitié 1:un|une|premier|première|unique 2:deux|second|double|paire
        3:trois|tiers|triple 4:quatre|quatrième|quart 5:cinq|cinquième 6:six|sixième
        7:sept|septième 8:huit|huitième 9:neuf|neuvième 10:dix|dixième|dizaine 11:onze
        12:douze|douzaine 13:treize 14:quatorze 15:quinze|quinzaine 16:seize 17:dix-sept
        18:dix-huit 19:dix-neuf 20:vingt|vingtaine 30:trente 40:quarante 50:cinquante 60:soixante
        70:septante 80:quatre-vingt|quatre-vingts|huitante|octante 90:nonante
        100:cent|cents|centième|centaine|siècle 1000:mille|millier|k 1000000:million|mio
        1000000000:milliard|mrd 1000000000000:billion
    """,
    "es": """
        0:cero 0.5:medio|media|mitad 1:uno|un|una|primer|único|única
        2:dos|segund|ambos|ambas|doble|par 3:tres|tercer|triple 4:cuatro|cuart 5:cinco|quint
        6:seis|sext 7:siete|séptim 8:ocho|octav 9:nueve|noven 10:diez|décim|decen 11:once|undécim
        12:doce|docena|duodécim 13:trece 14:catorce 15:quince|quincen 16:dieciséis 17:diecisiete
        18:dieciocho 19:diecinueve 20:veinte|veint|veinti|vigésim 22:veintidós 23:veintitrés
        26:veintiséis 30:treinta 40:cuarenta 50:cincuenta 60:sesenta 70:setenta 80:ochenta
        90:noventa 100:cien|cientos|ciento 500:quinient 700:setecient 900:novecient
        1000:mil|miles|millar 1000000:millón|millones 1000000000:mil-millones|miles-de-millones
        1000000000000:billón|billones
    """,
    "it": """
        0:zero 0.5:mezzo|mezza|metà 1:uno|un|una|prim|primo|prima|primi|prime|unico|unica
        2:due|second|entramb|doppi|paio|coppia 3:tre|terz|terzo|terza|tripl 4:quattro|quart
        5:cinque|quint 6:sei|sest|sesto|sesta 7:sette|settim 8:otto|ottav 9:nove|nono|nona
        10:dieci|decim|decin 11:undici 12:dodici|dozzin 13:tredici 14:quattordici 15:quindici
        16:sedici 17:diciassette 18:diciotto 19:diciannove 20:venti|vent 30:trenta|trent
        40:quaranta|quarant 50:cinquanta|cinquant 60:sessanta|sessant 70:settanta|settant
        80:ottanta|ottant 90:novanta|novant 100:cento|cent 1000:mille|mila|migliai
        1000000:milion|mln 1000000000:miliard|mld 1000000000000:bilion
    """,
    "pt": """
        0:zero 0.5:meio|meia|metade 1:um|uma|primeir|único|única
        2:dois|duas|segund|ambos|ambas|dobro|par 3:três|terceir|tripl|terço 4:quatro|quart
        5:cinco|quint 6:seis|sext 7:sete|sétim 8:oito|oitav 9:nove|nono|nona 10:dez|décim|dezen
        11:onze 12:doze|dúzia 13:treze 14:catorze|quatorze 15:quinze|quinzen
        16:dezesseis|dezasseis 17:dezessete|dezassete 18:dezoito 19:dezenove|dezanove
        20:vinte|vigésim 30:trinta 40:quarenta 50:cinquenta 60:sessenta 70:setenta 80:oitenta
        90:noventa 100:cem|cento|centen 200:duzent 300:trezent 500:quinhent 1000:mil|milhar
        1000000:milhão|milhões|mi 1000000000:bilhão|bilhões|bi|mil-milhões
        1000000000000:trilhão|trilhões|bilião|biliões
    """,
    "nl": """
        0:nul 0.5:half|halve|helft 1:een|één|eerst 2:twee|beide|dubbel|paar 3:drie|derd 4:vier
        5:vijf 6:zes|zesde 7:zeven 8:acht 9:negen 10:tien 11:elf|elfde 12:twaalf|dozijn
        13:dertien 14:veertien 20:twintig 30:dertig 40:veertig 50:vijftig 60:zestig 70:zeventig
        80:tachtig 90:negentig 100:honderd 1000:duizend 1000000:miljoen|mln
        1000000000:miljard|mld 1000000000000:biljoen
    """,
    "sv": """
        0:noll 0.5:halv|hälft 1:ett|en|först 2:två|andra|båda|dubbel|par 3:tre|tredje
        4:fyra|fjärde 5:fem|femte 6:sex|sjätte 7:sju|sjunde 8:åtta|åttonde 9:nio|nionde
        10:tio|tionde 11:elva|elfte 12:tolv|tolfte|dussin 13:tretton 14:fjorton 15:femton
        16:sexton 17:sjutton 18:arton 19:nitton 20:tjugo 30:trettio 40:fyrtio 50:femtio 60:sextio
        70:sjuttio 80:åttio 90:nittio 100:hundra 1000:tusen 1000000:miljon 1000000000:miljard
        1000000000000:biljon
    """,
    "da": """
        0:nul 0.5:halv 1:en|et|én|ét|først 2:to|anden|andet|begge|dobbelt|par 3:tre|tredje
        4:fire|fjerd 5:fem|femte 6:seks|sjette 7:syv|syvende 8:otte|ottende 9:ni|niende
        10:ti|tiende 11:elleve 12:tolv|dusin 13:tretten 14:fjorten 15:femten 16:seksten 17:sytten
        18:atten 19:nitten 20:tyve 30:tredive 40:fyrre 50:halvtreds 60:tres 70:halvfjerds 80:firs
        90:halvfems 100:hundrede 1000:tusind 1000000:million|mio 1000000000:milliard|mia
    """,
    "nb": """
        0:null 0.5:halv 1:en|ett|én|først 2:to|andre|begge|dobbel|par 3:tre|tredje 4:fire|fjerde
        5:fem|femte 6:seks|sjette 7:sju|syv|sjuende 8:åtte 9:ni|niende 10:ti|tiende 11:elleve
        12:tolv|dusin 13:tretten 14:fjorten 15:femten 16:seksten 17:sytten 18:atten 19:nitten
        20:tjue|tyve 30:tretti 40:førti 50:femti 60:seksti 70:sytti 80:åtti 90:nitti 100:hundre
        1000:tusen 1000000:million|mill 1000000000:milliard|mrd
    """,
    "pl": """
        0:zero 0.5:pół|połow 1:jeden|jedn|jedna|jedno|pierwsz
        2:dwa|dwie|dwóch|dwoje|dwom|drug|druga|obie|para 3:trzy|trzech|trzem|trzeci
        4:cztery|czter|czwart 5:pięć|pięci|piąt 6:sześć|sześci|szóst 7:siedem|siedmi|siódm
        8:osiem|ośmi|ósm|ósma 9:dziewięć|dziewięci|dziewiąt 10:dziesięć|dziesięci|dziesiąt
        11:jedenaś|jedenast 12:dwanaś|dwunast|tuzin 13:trzynaś|trzynast 14:czternaś|czternast
        15:piętnaś|piętnast 16:szesnaś|szesnast 17:siedemnaś|siedemnast 18:osiemnaś|osiemnast
        19:dziewiętnaś|dziewiętnast 20:dwadzieś|dwudziest 30:trzydzieś|trzydziest
        40:czterdzieś|czterdziest 50:pięćdziesiąt 60:sześćdziesiąt 70:siedemdziesiąt
        80:osiemdziesiąt 90:dziewięćdziesiąt 100:sto|stu|setn|setki|wiek|wieku
        1000:tysiąc|tysięc|tys 1000000:milion|mln 1000000000:miliard|mld
    """,
    "cs": """
        0:nula 0.5:půl|polov 1:jeden|jedn|jedna|jedno|první 2:dva|dvě|dvou|dvěma|druh|obě|oba|pár
        3:tři|tří|třem|třet 4:čtyř|čtvrt 5:pět|pěti|pátý|pátá 6:šest|šestý 7:sedm|sedmi
        8:osm|osmi|osmý 9:devět|devít|devát 10:deset|desít|desát 11:jedenáct 12:dvanáct|tucet
        13:třináct 14:čtrnáct 15:patnáct 16:šestnáct 17:sedmnáct 18:osmnáct 19:devatenáct
        20:dvacet|dvacát 30:třicet|třicát 40:čtyřicet 50:padesát 60:šedesát 70:sedmdesát
        80:osmdesát 90:devadesát 100:sto|stovk|stolet 1000:tisíc 1000000:milion|mil
        1000000000:miliard|mld
    """,
    "ru": """
        0:ноль|нуль|нулев 0.5:пол|полов|полтора
        1:один|одн|одна|одно|одну|одной|одного|одном|перв|един
        2:два|две|двух|двум|двумя|двое|двой|втор|оба|обе|обоих|обеих 2:пара|пары|двукрат|дважды
        3:три|трех|трёх|трем|трём|тремя|трое|треть|трети|трой|тройн 3:трижды
        4:четыре|четыр|четвер 5:пять|пяти|пятью|пятый|пятая|пятое|пятого|пятом|пятой|пятер
        6:шесть|шести|шестой|шестая|шестого|шестер 7:семь|семи|седьм|семер 8:восемь|восьм
        9:девять|девят 10:десять|десят 11:одиннадцат 12:двенадцат|дюжин 13:тринадцат
        14:четырнадцат 15:пятнадцат 16:шестнадцат 17:семнадцат 18:восемнадцат 19:девятнадцат
        20:двадцат 30:тридцат 40:сорок|сорока 50:пятьдесят|пятидесят 60:шестьдесят|шестидесят
        70:семьдесят|семидесят 80:восемьдесят|восьмидесят 90:девяност
        100:сто|ста|сотн|сотен|сотый|столет|век|века|веке|веков 200:двести|двухсот
        300:триста|трехсот 400:четыреста 500:пятьсот|пятисот 600:шестьсот 700:семьсот
        800:восемьсот 900:девятьсот 1000:тысяч|тыс 1000000:миллион|млн 1000000000:миллиард|млрд
        1000000000000:триллион|трлн
    """,
    "uk": """
        0:нуль 0.5:пів|половин 1:один|одна|одне|одну|одно|перш
        2:два|дві|двох|двом|двоє|друг|обидв|пара 3:три|трьох|трьом|троє|трет 4:чотир|четвер
        5:пять|п'ять|п’ять|п'яти|п’яти|пяти|п'ятий|п’ятий 6:шість|шести|шост
        7:сім|семи|сьом|сьомий 8:вісім|восьм 9:девять|дев'ять|дев’ять|дев'ят|дев’ят
        10:десять|десят 11:одинадцят 12:дванадцят|дюжин 13:тринадцят 14:чотирнадцят
        15:п'ятнадцят|п’ятнадцят 16:шістнадцят 17:сімнадцят 18:вісімнадцят
        19:дев'ятнадцят|дев’ятнадцят 20:двадцят 30:тридцят 40:сорок 50:п'ятдесят|п’ятдесят
        60:шістдесят 70:сімдесят 80:вісімдесят 90:дев'яност|дев’яност 100:сто|сотн|століт
        1000:тисяч|тис 1000000:мільйон|млн 1000000000:мільярд|млрд
    """,
    "tr": """
        0:sıfır 0.5:yarım|yarı|buçuk 1:bir|birinci|ilk|tek 2:iki|ikinci|çift 3:üç|üçüncü|üçü
        4:dört|dördün 5:beş|beşinci 6:altı|altıncı 7:yedi|yedinci 8:sekiz 9:dokuz 10:on|onuncu
        12:düzine 20:yirmi 30:otuz 40:kırk 50:elli 60:altmış 70:yetmiş 80:seksen 90:doksan
        100:yüz|yüzyıl|yüzlerce 1000:bin|binlerce 1000000:milyon 1000000000:milyar
        1000000000000:trilyon
    """,
    "id": """
        0:nol 0.5:setengah|separuh 1:satu|pertama|se|sebuah|seorang|sekali 2:dua|kedua|ganda
        3:tiga|ketiga 4:empat|keempat 5:lima|kelima 6:enam|keenam 7:tujuh|ketujuh 8:delapan
        9:sembilan 10:sepuluh 11:sebelas 12:selusin|lusin 100:seratus|ratus 1000:seribu|ribu
        1000000:sejuta|juta 1000000000:miliar 1000000000000:triliun
    """,
    "ar": """
        0:صفر 0.5:نصف 1:واحد|واحدة|الأول|الأولى|أول|أولى
        2:اثنان|اثنين|اثنتان|اثنتين|الثاني|الثانية|ثاني|كلا|كلتا|مرتين 2:ضعف
        3:ثلاث|ثلاثة|الثالث|الثالثة|ثلث 4:أربع|أربعة|الرابع|الرابعة|ربع 5:خمس|خمسة|الخامس
        6:ست|ستة|السادس 7:سبع|سبعة|السابع 8:ثمان|ثماني|ثمانية|الثامن 9:تسع|تسعة|التاسع
        10:عشر|عشرة|العاشر 20:عشرون|عشرين 30:ثلاثون|ثلاثين 40:أربعون|أربعين 50:خمسون|خمسين
        60:ستون|ستين 70:سبعون|سبعين 80:ثمانون|ثمانين 90:تسعون|تسعين 100:مئة|مائة|قرن|القرن
        1000:ألف|آلاف 1000000:مليون|ملايين 1000000000:مليار|بليون
    """,
    "ko": """
        1:하나|한|첫|첫째|일 2:둘|두|둘째|이 3:셋|세|셋째|삼 4:넷|네|넷째|사 5:다섯|오 6:여섯|육
        7:일곱|칠 8:여덟|팔 9:아홉|구 10:열|십 20:스물|스무 30:서른 40:마흔 50:쉰 60:예순 70:일흔
        80:여든 90:아흔 100:백 1000:천 10000:만 100000000:억 1000000000000:조
    """,
}

# Stand between the parts of one number written in several words.
CONNECTORS: Final = frozenset(
    ("and", "und", "y", "e", "et", "en", "og", "och", "i", "\u0438", "\u0456", "\u0648")
)
# Months as people shorten them where CLDR has another short form.
EXTRA_MONTHS: Final[dict[str, str]] = {
    "en": "6:june 7:july 9:sept",
    "de": "3:mrz",
    "es": "9:set|sept",
    "pt": "9:set",
}
