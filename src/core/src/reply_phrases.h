// The words of mail programs around old text: "wrote", "Original message", "From:", "Sent from my".
// One string per list, phrases apart by "|", written as mail_text::comparable() writes a text.
#pragma once

#include <string_view>

#include "phrases.h"

namespace lethe::core::reply_phrases {

// "wrote" in the languages of mail programs; in lower case, apart by "|".
inline constexpr Phrases kWrote =
    " wrote| writes| pisze| schrieb| a écrit| escribió| ha scritto| scrisse| scrive| "
    "schreef|geschreven| "
    "escreveu| skrev|"
    " napisał| написал| написав| пише| пишет| писал| napsal| napísal| írta| kirjoitti| a scris| "
    "yazdı| şunları yazdı| έγραψε| "
    "napisao| je napisal| написа| rašė| kirjutas| rakstīja| va escriure| skrifaði| ha escrit| כתב| "
    "كتب| đã viết| menulis|"
    "写道|寫道|のメール|さんは書きました|wrote|님이 작성|작성:|เขียนว่า|schreibt| écrit| mandou|/ "
    "schrieb| napisa(|"
    "napisana przez|napisał(a)| napísal| napsala| je napisala| је написао| написао| написала| ha "
    "escrito| escribiu|geskryf| idatzi|ysgrifennodd|aliandika| shkroi| kirjutasid|ने "
    "लिखा|نوشت|viết:|さんが書きました|書きました|님이 씀|님이 다음|來信|来信| 쓴 글:| geschrieben| "
    "napisala|تمت كتابة|quoting |zitat von |citeren |citando |cytowanie ";

// Beginnings of "On <date>" in the same languages.
inline constexpr Phrases kOn =
    "on |at |am |le |el |il |op |em |den |dnia |w dniu |dne |dňa |pe |la |på |a |във |на |в "
    "|on:|ngày |pada |tarihinde|σε|στις|em|"
    "2011|2012|2013|2014|2015|2016|2017|2018|2019|202|203|在|于|於|vào|il giorno|le lun|le mar|el "
    "lun|kl|ons|tor|fre|pon|wt.|śr|czw|pt|sob|niedz|"
    "dana |дана |вт, |ср, |чт, |пт, |сб, |вс, |пн, |في |در |ב-|ביום |בתאריך |เมื่อ |ในวันที่|missatge "
    "de |เมื่อวันที่";

inline constexpr Phrases kOriginal =
    "original message|original mail|original-nachricht|ursprüngliche "
    "nachricht|originalnachricht|mensaje original|message d'origine|message original|"
    "messaggio originale|oorspronkelijk bericht|mensagem original|původní zpráva|původní "
    "e-mail|pôvodná správa|wiadomość oryginalna|oryginalna wiadomość|"
    "original melding|opprinnelig melding|oprindelig meddelelse|ursprungligt "
    "meddelande|originalmeddelande|alkuperäinen viesti|исходное сообщение|eredeti üzenet|"
    "mesaj original|orijinal mesaj|オリジナルメッセージ|元のメッセージ|原始邮件|原始郵件|원본 "
    "메시지|αρχικό μήνυμα|forwarded message|forwarded by|begin forwarded|weitergeleitete nachricht|"
    "message transféré|message transmis|mensaje reenviado|messaggio inoltrato|doorgestuurd "
    "bericht|mensagem encaminhada|пересылаемое сообщение|перенаправлен|przekazana wiadomość|"
    "videresendt|vidarebefordrat|edelleenlähetetty|přeposlaná zpráva|továbbított üzenet|anfang der "
    "weitergeleiteten|début du message|inizio messaggio|转发邮件|轉寄郵件|転送されたメッセージ|"
    "oprindelig besked|opprinnelig beskjed|reply message|antwort "
    "nachricht|antwortnachricht|missatge original|izvorna poruka|izvirno sporočilo|izvorno "
    "sporočilo|оригинална порука|оригинално съобщение|оригінальне повідомлення|algne sõnum|algne "
    "kiri|oriģinālā ziņa|pradinis laiškas|originalus laiškas|pesan asli|mesej asal|mail "
    "original|ursprüngliche mail|оригинальное сообщение|"
    "вихідне повідомлення|원본 메일|eredeti levél|origineel bericht|mesajul original|"
    "رسالة أصلية|原邮件|alkuperäinen sähköposti|thư gốc|tin "
    "nhắn gốc|הודעה מקורית|ההודעה המקורית|الرسالة الأصلية|پیام اصلی|मूल संदेश|ข้อความต้นฉบับ|upprunaleg "
    "skilaboð|videresendt besked|proslijeđena poruka|posredovano sporočilo|препратено "
    "съобщение|redirecționat|iletilen mesaj|הודעה שהועברה|الرسالة المعاد توجيهها|전달된 "
    "메시지|προωθημένο μήνυμα|pesan terusan|missatge reenviat";

inline constexpr Phrases kOriginalWithoutRule =
    "begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message "
    "réexpédié|début du message transféré|inizio messaggio inoltrato:|"
    "inicio del mensaje reenviado:|begin doorgestuurd bericht:|início da mensagem|vidarebefordrat "
    "meddelande:|videresendt melding:|начало переадресованного сообщения";

// Names of header fields in quoted header blocks.
inline constexpr std::string_view kFields =
    "from|sent|to|cc|bcc|date|subject|reply-to|reply "
    "to|importance|attachments|x-mailer|message-id|von|gesendet|an|betreff|datum|kopie|antwort "
    "an|cc|de|envoyé|envoyé par|à|date|objet|répondre à|"
    "enviado|enviado el|enviada|enviada em|para|fecha|asunto|cc|responder "
    "a|da|inviato|a|data|oggetto|risposta|rispondi a|van|verzonden|aan|onderwerp|datum|antwoord "
    "aan|assunto|responder para|från|skickat|till|ämne|kopia|fra|sendt|til|emne|dato|"
    "kopi|lähettäjä|lähetetty|vastaanottaja|aihe|od|wysłano|do|temat|dw|odesláno|komu|předmět|"
    "kopie|kopia|od|odoslané|predmet|от|от "
    "кого|отправлено|дата|кому|тема|копия|від|надіслано|feladó|"
    "elküldve|címzett|tárgy|dátum|"
    "kimden|gönderilen|gönderme tarihi|kime|konu|de "
    "la|trimis|către|subiect|από|στάλθηκε|προς|θέμα|ημερομηνία|发件人|發件人|寄件者|发送时间|"
    "傳送時間|收件人|收件者|主题|主題|主旨|抄送|日期|差出人|送信日時|宛先|件名|보낸 사람|보낸 "
    "날짜|받는 사람|제목|מאת|נשלח|אל|נושא|من|إلى|الموضوع|التاريخ|"
    "sent on|envoyé le|reçu le|envoyé à|copie à|copie|inviato il|inviata|per|enviat|enviat el|per "
    "a|assumpte|enviada el|dirigido a|verzonden op|skickat av|mottagare|avsändare|ämnesrad|sendt "
    "av|modtaget|päivämäärä|päiväys|kopio|lähettäjä|wysłane|nadawca|adresat|data "
    "wysłania|odesílatel|datum odeslání|příjemce|odosielateľ|príjemca|dátum odoslania|küldés "
    "dátuma|küldte|másolat|másolatot "
    "kap|expéditeur|destinataire|mittente|destinatario|remitente|remetente|destinatário|absender|"
    "empfänger|poslano|šalje|prima|predmet "
    "poruke|zadeva|za|pošiljatelj|послато|шаље|прима|предмет|наслов|изпратено|до|относно|"
    "відправник|отримувач|отправитель|получатель|saatja|saadetud|saaja|teema|no|nosūtīts|kam|tēma|"
    "nuo|išsiųsta|kam|tema|frá|sent þann|efni|dari|dikirim|kepada|ke|perihal|subjek|từ|đã "
    "gửi|gửi|đến|tới|chủ "
    "đề|ngày|จาก|ส่ง|ถึง|เรื่อง|วันที่|kimden|gönderildi|tarih|bilgi|expeditor|destinatar|data|αποστολέας|"
    "παραλήπτης|κοιν.|κοινοποίηση|תאריך|עותק|تم الإرسال|التاريخ|نسخة|تاريخ "
    "الإرسال|از|به|موضوع|تاریخ|ارسال|प्रेषक|विषय|दिनांक|प्रति|发送日期|發送時間|寄件日期|寄件時間|参考|"
    "副本|送信元|日付|日時|送信者|보낸날짜|보낸사람|받는사람|참조|날짜|gönderen|gönderilme|người "
    "gửi|ngày gửi|người nhận|tiêu "
    "đề|saatmisaeg|adressaat|εστάλη|відправлено|tanggal|sujet|message du|од|за|भेजा गया|"
    "terkirim|šalje|pošiljateľ|шаље|dërguar|subjekti|nga|për|göndərən|mövzu|від кого|отправленные";

// Those of them that only mails have.
inline constexpr std::string_view kSentFields =
    "sent|sent on|gesendet|envoyé|envoyé le|reçu le|enviado|enviado el|enviada|enviada el|"
    "enviada em|inviato|inviato il|inviata|verzonden|verzonden op|skickat|skickat av|sendt|"
    "sendt av|lähetetty|wysłano|wysłane|data wysłania|odesláno|datum odeslání|odoslané|"
    "dátum odoslania|отправлено|отправленные|надіслано|відправлено|elküldve|küldés dátuma|"
    "gönderilen|gönderme tarihi|gönderildi|gönderilme|trimis|στάλθηκε|εστάλη|发送时间|发送日期|"
    "發送時間|傳送時間|寄件日期|寄件時間|送信日時|보낸 날짜|보낸날짜|נשלח|تم الإرسال|"
    "تاريخ الإرسال|ارسال|poslano|послато|изпратено|saadetud|saatmisaeg|nosūtīts|išsiųsta|"
    "sent þann|dikirim|terkirim|đã gửi|ngày gửi|ส่ง|enviat|enviat el|भेजा गया";

inline constexpr Phrases kDeviceStarts =
    "sent from|sent via|sent with|sent by|sent using|from my iphone|from my ipad|from my "
    "mobile|get outlook for|get [outlook|envoyé de mon|envoyé depuis|envoyé à partir de|envoyé "
    "par|télécharger "
    "outlook|von meinem|gesendet von|gesendet mit|gesendet aus|diese nachricht wurde von meinem|"
    "holen sie sich outlook|outlook für|enviado desde|enviado de mi|enviado con|obtener "
    "outlook|enviado do meu|enviado pelo|enviado via|inviato da|inviato dal|scarica "
    "outlook|verzonden vanaf|verzonden met|verstuurd vanaf|verstuurd met|download outlook|"
    "skickat från|sendt fra|lähetetty|wysłano z|wysłane z|odesláno z|odoslané z|отправлено "
    "с|отправлено из|надіслано з|küldve|iphone'umdan gönderildi|trimis de pe|trimis din|στάλθηκε "
    "από|iphoneから送信|從我的|从我的|发自我的|發自我的|發自|傳送自|나의 iphone|내 "
    "iphone에서|diperkirim dari|dikirim dari|skickad från|"
    "i sent this from|typed on|written on my|message sent from|enviat des|trimis cu|poslano "
    "z|poslato sa|изпратено от|saadetud|nosūtīts no|išsiųsta iš|"
    "verzonden vanuit|verstuurd vanuit|enviado do iphone|enviado do ipad|enviado do android|obter "
    "o outlook|obtenir outlook|hämta outlook|hent outlook|pobierz outlook|hanki outlook|dapatkan "
    "outlook|получить outlook|получите outlook|descarga outlook|sendt med|sendt via|skickat "
    "med|skickades från|enviat amb|inviato con|inviato tramite|odesláno pomocí|wysłano "
    "przez|wysłano za pomocą|отправлено через|отправлено при помощи|надіслано через|gesendet "
    "via|أُرسلت من|أرسلت من|أُرسل من|تم الإرسال من|ارسال شده از|נשלח מ|ส่งจาก|gửi từ|được gửi "
    "từ|dihantar dari|poslano iz|послато са|sendt frå|sent frá|mengirim dari|sent "
    "through|elküldve|đã gửi từ|poslano s "
    "mog|envoyé avec|enviado do correio|发自网易|发自小米|发自华为|get bluemail for|erhalte "
    "bluemail|"
    "obtenez bluemail|yahoo mail: |von yahoo mail für |provenance : |发送自|secured with tuta|"
    "virus-free.|libre de virus.|sans virus.|diese e-mail wurde von avast|"
    "this email has been checked for viruses|cet e-mail a été vérifié|l'absence de virus";

inline constexpr Phrases kDeviceAnywhere =
    " from mobile|mobilgerät gesendet|mobiltelefon mit k-9|iphone 傳送|iphone "
    "发送|galaxy>>|android-mobiltelefon|から送信|에서 보냄|gönderildi|"
    "mról küldve|eszközről küldve|iphone-omról|készülékről küldve|에서 보냈습니다|yahoo mail "
    "auf|www.avast.com|"
    "www.avg.com";

// "Get" of the line that Outlook for phones adds; the name of the program stands beside it.
inline constexpr Phrases kGet =
    "aka.ms/|get |herunterladen|beziehen|holen |downloaden|ophalen|télécharger|obten|obtén|ottieni|"
    "scarica|obter|skaffa|hämta|få |skaff |hent |hanki|pobierz|získ|beszerz|obțin|descărca|"
    "αποκτήστε|λήψη|edinin|получить|скачать|отримати|入手|取得|获取|獲取|下载|다운로드|받기|"
    "الحصول على|קבל את|הורד את|tải |lấy |dapatkan|ดาวน์โหลด|รับ |baixar|preuzmi|изтег";

}  // namespace lethe::core::reply_phrases
