"""Sentences of an invented maker of level meters, in five languages; "#" stands for a number."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

LANGUAGES: Final = ("en", "de", "fr", "es", "ja")
# One sentence a row, in the order of the languages.
ROWS: Final = (
    (
        "Close the valve before you open the housing.",
        "Schließen Sie das Ventil, bevor Sie das Gehäuse öffnen.",
        "Fermez la vanne avant d’ouvrir le boîtier.",
        "Cierre la válvula antes de abrir la carcasa.",
        "ハウジングを開ける前にバルブを閉じてください。",
    ),
    (
        "Tighten the # screws crosswise.",
        "Ziehen Sie die # Schrauben über Kreuz an.",
        "Serrez les # vis en croix.",
        "Apriete los # tornillos en cruz.",
        "# 本のねじを対角線の順に締めます。",
    ),
    (
        "The display shows the level in steps of # millimetres.",
        "Die Anzeige zeigt den Füllstand in Schritten von # Millimetern.",
        "L’écran affiche le niveau par pas de # millimètres.",
        "La pantalla muestra el nivel en pasos de # milímetros.",
        "ディスプレイは液面を # ミリメートル刻みで表示します。",
    ),
    (
        "Hello {name}, your order has left our workshop.",
        "Guten Tag {name}, Ihre Bestellung hat unsere Werkstatt verlassen.",
        "Bonjour {name}, votre commande a quitté notre atelier.",
        "Hola, {name}: su pedido ha salido de nuestro taller.",
        "{name} 様、ご注文の品を工場から発送いたしました。",
    ),
    (
        "Keep the sensor dry and away from frost.",
        "Halten Sie den Sensor trocken und frostfrei.",
        "Gardez le capteur au sec et à l’abri du gel.",
        "Mantenga el sensor seco y protegido de las heladas.",
        "センサーは乾燥した、凍結しない場所に保管してください。",
    ),
    (
        "Press {button} for # seconds to reset the meter.",
        "Drücken Sie {button} # Sekunden lang, um das Messgerät zurückzusetzen.",
        "Appuyez sur {button} pendant # secondes pour réinitialiser l’appareil.",
        "Pulse {button} durante # segundos para restablecer el medidor.",
        "{button} を # 秒間押すと、メーターがリセットされます。",
    ),
    (
        "The battery lasts about # months in normal use.",
        "Die Batterie hält bei normalem Gebrauch etwa # Monate.",
        "La pile dure environ # mois en usage normal.",
        "La pila dura unos # meses con un uso normal.",
        "電池は通常の使用で約 # か月もちます。",
    ),
    (
        "Write down the serial number before you call us.",
        "Notieren Sie die Seriennummer, bevor Sie uns anrufen.",
        "Notez le numéro de série avant de nous appeler.",
        "Anote el número de serie antes de llamarnos.",
        "お電話の前にシリアル番号をお控えください。",
    ),
    (
        "We answer within # working days.",
        "Wir antworten innerhalb von # Werktagen.",
        "Nous répondons sous # jours ouvrés.",
        "Respondemos en un plazo de # días laborables.",
        "# 営業日以内にお返事いたします。",
    ),
    (
        "{user} has shared the report {report} with you.",
        "{user} hat den Bericht {report} mit Ihnen geteilt.",
        "{user} a partagé le rapport {report} avec vous.",
        "{user} ha compartido con usted el informe {report}.",
        "{user} さんがレポート {report} を共有しました。",
    ),
    (
        "The alarm sounds when the tank is # per cent full.",
        "Der Alarm ertönt, wenn der Tank zu # Prozent gefüllt ist.",
        "L’alarme retentit lorsque la cuve est remplie à # pour cent.",
        "La alarma suena cuando el depósito está lleno al # por ciento.",
        "タンクが # パーセントまで満たされると警報が鳴ります。",
    ),
    (
        "Clean the probe with a soft cloth, never with solvents.",
        "Reinigen Sie die Sonde mit einem weichen Tuch, niemals mit Lösungsmitteln.",
        "Nettoyez la sonde avec un chiffon doux, jamais avec des solvants.",
        "Limpie la sonda con un paño suave, nunca con disolventes.",
        "プローブは柔らかい布で拭き、溶剤は絶対に使わないでください。",
    ),
    (
        "Mount the meter # centimetres above the highest level.",
        "Montieren Sie das Messgerät # Zentimeter über dem höchsten Füllstand.",
        "Montez l’appareil # centimètres au-dessus du niveau le plus haut.",
        "Monte el medidor # centímetros por encima del nivel más alto.",
        "メーターは最高液面より # センチメートル上に取り付けます。",
    ),
    (
        "Your session ends in # minutes.",
        "Ihre Sitzung endet in # Minuten.",
        "Votre session se termine dans # minutes.",
        "Su sesión termina en # minutos.",
        "セッションは # 分後に終了します。",
    ),
    (
        "Choose a folder for the {count} files you have selected.",
        "Wählen Sie einen Ordner für die {count} ausgewählten Dateien.",
        "Choisissez un dossier pour les {count} fichiers sélectionnés.",
        "Elija una carpeta para los {count} archivos seleccionados.",
        "選択した {count} 個のファイルの保存先フォルダーを選んでください。",
    ),
    (
        "The certificate is valid for # years from the date of calibration.",
        "Das Zertifikat gilt # Jahre ab dem Datum der Kalibrierung.",
        "Le certificat est valable # ans à compter de la date d’étalonnage.",
        "El certificado es válido durante # años desde la fecha de calibración.",
        "証明書は校正日から # 年間有効です。",
    ),
    (
        "Only trained staff may work on the cable.",
        "Nur geschultes Personal darf am Kabel arbeiten.",
        "Seul un personnel formé peut intervenir sur le câble.",
        "Solo el personal formado puede trabajar en el cable.",
        "ケーブルの作業は、訓練を受けた担当者だけが行えます。",
    ),
    (
        "This version mends # faults and starts twice as fast.",
        "Diese Version behebt # Fehler und startet doppelt so schnell.",
        "Cette version corrige # défauts et démarre deux fois plus vite.",
        "Esta versión corrige # fallos y arranca el doble de rápido.",
        "このバージョンでは # 件の不具合を修正し、起動が二倍速くなりました。",
    ),
    (
        "The password needs at least # characters.",
        "Das Passwort braucht mindestens # Zeichen.",
        "Le mot de passe doit comporter au moins # caractères.",
        "La contraseña necesita al menos # caracteres.",
        "パスワードは # 文字以上にしてください。",
    ),
    (
        "Ask {name} for access to the project {project}.",
        "Bitten Sie {name} um Zugang zum Projekt {project}.",
        "Demandez à {name} l’accès au projet {project}.",
        "Pida a {name} acceso al proyecto {project}.",
        "プロジェクト {project} へのアクセスは {name} さんに依頼してください。",
    ),
    (
        "Wait # minutes until the reading is steady.",
        "Warten Sie # Minuten, bis der Messwert stabil ist.",
        "Attendez # minutes que la mesure se stabilise.",
        "Espere # minutos hasta que la lectura sea estable.",
        "測定値が安定するまで # 分間待ちます。",
    ),
    (
        "Old devices are taken back free of charge.",
        "Altgeräte nehmen wir kostenlos zurück.",
        "Nous reprenons gratuitement les appareils usagés.",
        "Recogemos los equipos usados sin coste alguno.",
        "使用済みの機器は無料でお引き取りします。",
    ),
    (
        "The invoice {number} is due in # days.",
        "Die Rechnung {number} ist in # Tagen fällig.",
        "La facture {number} est à régler sous # jours.",
        "La factura {number} vence en # días.",
        "請求書 {number} のお支払期限は # 日後です。",
    ),
    (
        "Lay the cable at least # centimetres from power lines.",
        "Verlegen Sie das Kabel mindestens # Zentimeter von Stromleitungen entfernt.",
        "Posez le câble à au moins # centimètres des lignes électriques.",
        "Tienda el cable a # centímetros como mínimo de las líneas eléctricas.",
        "ケーブルは電源線から # センチメートル以上離して敷設します。",
    ),
    (
        "Thank you for your trust.",
        "Vielen Dank für Ihr Vertrauen.",
        "Merci de votre confiance.",
        "Gracias por su confianza.",
        "今後ともよろしくお願いいたします。",
    ),
)


@lru_cache(maxsize=1)
def _places() -> dict[tuple[str, str], int]:
    return {
        (language, row[number]): place
        for place, row in enumerate(ROWS)
        for number, language in enumerate(LANGUAGES)
    }


def sentence(place: int, language: str = "en") -> str:
    """The sentence at a place, counted round; "#" is a number that differs from round to round."""
    text = ROWS[place % len(ROWS)][LANGUAGES.index(language)]
    return text.replace("#", str(3 + place * 7 % 90))


def translated(text: str, source: str, target: str) -> str:
    """The same sentence in the other language, with its number; raises KeyError for any other."""
    digits = "".join(char for char in text if char.isdigit())
    place = _places()[source, text.replace(digits, "#") if digits else text]
    return ROWS[place][LANGUAGES.index(target)].replace("#", digits)
