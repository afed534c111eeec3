// What servers say when they refuse, by reason. One string per list, phrases apart by "|", written
// as mail_text::comparable() writes a text.
#pragma once

#include "phrases.h"

namespace lethe::core::mail_phrases {

inline constexpr Phrases kTooBig =
    "message size exceeds|message too big|message too large|message is too large|"
    "size exceeds|size limit|exceeds maximum message size|exceeds size limit|"
    "exceeded maximum inbound message size|maximum message size|message length exceeds|"
    "max message size|recipsizelimit|sendersizelimit|too large for this recipient|"
    "message exceeds|nachricht ist zu gro|message trop volumineux|data size exceeded";
inline constexpr Phrases kFull =
    "mailbox full|mailbox is full|mailbox quota|mail box full|mailfolder is full|"
    "mailbox exceeded|mailbox would exceed|mailbox has exceeded|mailbox size limit|"
    "mailbox_full|quota exceed|over quota|overquota|over the quota|exceeded quota|"
    "exceed quota|quota full|disk quota|quota violation|out of storage|exceeded storage|"
    "storage quota|exceeds the maximum allowed number of messages|exceeded the local limit|"
    "inbox is full|inbox full|account is full|account is over|user is over|"
    "user has too many messages|not enough storage|insufficient storage|"
    "no space left for this user|no space in mailbox|exceeded his/her|exceeded its quota|"
    "exceeding receiving limits|mail quota|user has exhausted allowed storage|"
    "too much mail data|recipient's mailbox exceeded|postfach ist voll|postfach voll|"
    "speicherplatz|boîte pleine|boite aux lettres pleine|boite du destinataire pleine|"
    "casilla llena|buzón lleno|casella piena|quotaexceeded|box is full|メールボックスが一杯|"
    "reached disk quota|space not enough|exdiskquota|not enough space";
inline constexpr Phrases kSuspended =
    "account disabled|account is disabled|account has been disabled|"
    "account that you tried to reach is disabled|account that you tried to reach is inactive|"
    "account has been suspended|account suspended|account is suspended|account inactive|"
    "account is inactive|account is not active|account not active|inactive account|"
    "account is locked|account has been locked|account locked|account is blocked|"
    "account is temporarily|account temporarily|account expired|account closed|"
    "account deactivated|account has been deactivated|account(s) is disabled|account blocked|"
    "user disabled|user suspended|user is inactive|user is suspended|user inactive|"
    "temporary locked|temporarily locked|mailbox is frozen|mailbox frozen|mailbox disabled|"
    "mailbox is disabled|mailbox is inactive|mailbox inactive|"
    "mailbox unavailable or access denied|mailbox currently suspended|"
    "mailbox temporarily disabled|mailbox suspended|disabled recipient|recipient is disabled|"
    "recipient suspended|recipient disabled|address disabled|is a deactivated mailbox|"
    "no longer active|is inactive|is currently disabled|domain is suspended|"
    "compte du destinataire est bloque|email account is disabled|invalid/inactive user|"
    "bloqué|konto gesperrt|has been terminated|isn't active|this account is not allowed|"
    "addressee is blocked|user account is disabled|expirado por falta de uso";
inline constexpr Phrases kMoved =
    "has moved|address has been changed|address changed|has been replaced by|"
    "no longer on server|new address|user not local; please try|has changed to|"
    "has changed his|changed e-mail address";
inline constexpr Phrases kAuthentication =
    "spf check|spf record|spf fail|spf validation|spf (|spf:|spf hard|spf authentication|"
    "failed spf|fails spf|per it's spf|not pass spf|sender policy framework|dmarc|dkim|"
    "authentication checks failed|does not have authentication information|"
    "not authenticated sender|unauthenticated email|authentication-results|not designate|"
    "pass authentication checks|fails to pass authentication|unauthorized to send|"
    "arc validation|message was not authenticated|is not authorized to send|"
    "not allowed to send from";
inline constexpr Phrases kHostRefused =
    "blocked using|client host|spamhaus|spamcop|dnsbl|reverse dns|ptr record|no "
    "ptr|rdns|reverse-dns|reverse name|reverse lookup|"
    "reverse mapping|unverifyable sending|unverifiable sending|mismatches client ip|"
    "cannot find your hostname|cannot resolve your address|client host rejected: cannot find|"
    "fcrdns|ip name lookup failed|unresolvable relay host|"
    "my name was rejected|greeting was rejected";
inline constexpr Phrases kTooFast =
    "rate limit|rate limited|rate-limited|ratelimit|receiving mail at a rate|"
    "too many connections|too many concurrent|too many recipients|too many messages|"
    "too many emails|too many mails|too many errors|too many sessions|too much mail|"
    "too quickly|too fast|frequency limited|exceeded the rate|sending rate|sending limit|"
    "throttl|connection limit|maximum number of connections|max number of|hourly limit|"
    "daily limit|exceeded the maximum number|number of recipients|slow down|"
    "connections from your|concurrent connections|message rate";
inline constexpr Phrases kVirus =
    "virus detected|virus found|virus infected|virus in |virus was|virus alert|virus:|virus "
    "(|virus -|virus '|contains virus|contain virus|a virus|viruses found|found virus|with "
    "virus|detected virus|suspected virus|possible virus|found a virus|computer virus|containing "
    "virus|carries virus|malware|infected|worm detected|trojan|phishing";
inline constexpr Phrases kSpam =
    "spam|unsolicited| ube|junk mail|bulk mail|content rejected|message content rejected|"
    "blocked by content filter|considered unsolicited|mail rejete|mail content denied|"
    "probability of|high score|bayes|identified as junk|urlbl|uribl|surbl";
inline constexpr Phrases kBlocked =
    "blacklist|black list|blocklist|block list|blocked using|blocked by|blocked for abuse|"
    "blocked -|is blocked|ip blocked|blocked ip|banned|banned sending ip|access denied...|"
    "client host rejected|client host blocked|host network not allowed|host rejected|"
    "reputation|listed in|listed at|listed by|dnsbl|rbl|spamhaus|spamcop|barracudacentral|"
    "sorbs|your ip|ip address blocked|your ip address|refused by rbl|connection refused by|"
    "connection rejected|not accepting connections from|no access from mail server|"
    "bad sender ip|dynamic ip|dynamic/residential|use the smtp server of your isp|"
    "use your isp|helo command rejected|invalid helo|helo/ehlo|bad helo|"
    "unable to verify your host|is not allowed to connect|dial-up|your server|your host|"
    "your network|network is blocked|connection dropped due to|graylisted|greylist";
inline constexpr Phrases kSender =
    "sender address rejected|sender rejected|sender address refused|sender refused|"
    "sender denied|sender not allowed|invalid sender|sender is not|sender domain|"
    "domain of sender|sender's domain|sender unknown|unknown sender|sender verify|"
    "sender verification|bad sender|sender address has been|from: domain is invalid|"
    "domain is invalid|valid from:|address has been blacklisted|"
    "purported responsible address|envelope sender|envelope-from|from address|from: address|"
    "mail from command|mailfrom|mail from:|return path|returnpath|null sender|empty sender|"
    "sender does not exist|you are not allowed to send|you are not authorized to send|"
    "not authorized to send to|not allowed to post|sending to/from an address|"
    "are not permitted to|sender blocked|blocked sender|senderblocked|permission to post|"
    "backscatter|authenticatedsender|"
    "not accepting mail from|not accepting messages from|but sender was rejected";
inline constexpr Phrases kRelaying =
    "relay access denied|relaying denied|relay denied|relaying not|relay not permitted|"
    "no relaying|relaying is|not permitted to relay|unable to relay|cannot relay|"
    "we do not relay|relay prohibited|relaying prohibited|relay not allowed|open relay|"
    "not a gateway|relay operation rejected|that domain isn't in my list|"
    "email address is not verified|relaymode|insecure mail relay|"
    "mail server requires authentication when attempting to send to a non-local";
inline constexpr Phrases kSecurity =
    "smtp authentication|authentication required|authentication failed|"
    "authentication credentials|must authenticate|authentication turned on|"
    "unauthenticated senders|starttls|tls required|must issue a starttls|encryption|"
    "certificate|not authorized|not authorised|unauthorized|insufficient security|"
    "security policy|access denied|unauthenticated mail|permission denied|login failed|"
    "auth failure|verification failure|executable files|failed to delivery";
inline constexpr Phrases kNoMail =
    "does not accept mail|doesn't accept mail|not accept mail|does not accept email|"
    "doesn't receive email|does not receive email|doesn't receive mail|does not receive mail|"
    "no smtp service|null mx|nullmx|smtp protocol returned a "
    "permanent error|"
    "host does not accept|we do not accept mail|domain does not accept|not accepting network "
    "messages|not accepting any mail|not accepting mail for|not accepting mail at this|currently "
    "not accepting mail";
inline constexpr Phrases kNetwork =
    "remote protocol error|malformed or unexpected name server|dns error|name service error|name "
    "server|could not resolve|temporary "
    "failure in name|"
    "dns problem|dns temporary|dns server|no route to host|network is unreachable|"
    "network unreachable|host is unreachable|hop count|routing loop|too many hops|mail loop|"
    "mail forwarding loop|message looping|loops back to|loop detected|maximum hops|"
    "connection lost|lost connection|connection reset|connection refused|connection failed|"
    "connection dropped|socket error|unable to connect|couldn't connect|"
    "establish an smtp connection|servfail|dns lookup|"
    "mx lookup|bad mx|lookup failed|mxdomain loop|all mxs|"
    "mx records point";
inline constexpr Phrases kHostUnknown =
    "host unknown|no mx record|unknown host|host not found|no such host|host name not found|"
    "host name lookup failure|hostname not found|domain name not found|no such domain|"
    "domain not found|unknown domain|domain unknown|domain does not exist|"
    "domain doesn't exist|domain may not exist|invalid domain|domain is not reachable|"
    "domain must exist|bad destination system|name or service not known|nxdomain|"
    "no mail exchanger|recipient domain must|unrouteable mail domain|domain not exist|"
    "not a valid domain|illegal host/domain|host or domain name not found|unrouteable domain|"
    "lookup of domain|mail domain mentioned in email address is unknown|"
    "destination server is not existing|"
    "unrouteable address|lookup failure: host|no mx or a records";
inline constexpr Phrases kExpired =
    "connection timed out|timed out|timeout|time-out|message expired|queue.expired|expired|"
    "retry time|delivery time|retries, giving up|could not deliver for the last|"
    "could not be delivered for|was not delivered within|not responding|"
    "did not accept our requests to connect|has been delayed|cannot send message for|"
    "retry timeout exceeded|undelivered for|been in the queue|too long in queue|"
    "will be retried|delivery attempts will continue|has not yet been delivered|"
    "still undelivered|could not send message for past|delivery expired|been queued on|"
    "operation timed out|deferred:|message timed out|delay reason|maximum retry|"
    "failing for a long time|exceeded maximum delivery attempts|maximum delivery attempts|delivery "
    "attempts have failed|unsuccessful delivery attempt|has not been collected";
inline constexpr Phrases kSystemFull =
    "insufficient disk space|insufficient system storage|no space left on device|disk full|"
    "system full|mail system full|mail system storage|out of disk";
inline constexpr Phrases kContent =
    "media error|mime error|content not permitted|content format|improper content|"
    "not compliant|not rfc|rfc 5322|rfc 2822|rfc2822|rfc5322|multiple addresses in from|"
    "multiple 550 5.7.1 addresses in from|addresses in from:|duplicate header|header error|"
    "message header|malformed|invalid content|conversion|multiple from|missing header|8bit|"
    "8-bit|bare lf|line too long|base64";
inline constexpr Phrases kPolicy =
    "policy|policies|protocol violation|delivery not authorized|potential security issue|"
    "potentially dangerous|content presents a potential|attachment|not acceptable|"
    "message refused|message rejected|message denied|prohibited|forbidden|denied by|"
    "rejected by";
inline constexpr Phrases kFiltered =
    "recipient preferences|message filtered|filtered|domain filter|"
    "because the recipient is not accepting|recipient refused|due to recipient|"
    "rejected by the recipient|was rejected by recipient|refused to accept|restrictions on|"
    "you have been blocked by the recipient|does not accept mail from you|"
    "no longer accepts mail from|recipient is not allowed|recipient rejected: temporarily|"
    "extended mail user|unfamiliar sender";
inline constexpr Phrases kUserUnknown =
    "user unknown|not listed in|unknown user|unknown user account|user not found|"
    "user does not exist|user doesn't exist|user not exist|user not known|user is unknown|"
    "no such user|no such person|no such mailbox|no such recipient|no such address|"
    "no such account|no such local user|no mailbox|no mailbox here|not a known user|"
    "not a valid user|not a valid mailbox|not a valid recipient|not a local|not our customer|"
    "not our user|not in our database|is not a mailbox|unknown address|unknown recipient|"
    "unknown account|unknown mailbox|unknown local part|unknown local-part|unknown email|"
    "unknown or illegal|unknown virtual|unknown destination|unknown addressee|"
    "unknown in virtual|unknown in local|unknown in relay|recipient unknown|"
    "recipient not found|recipientnotfound|recipnotfound|recipient does not exist|"
    "recipient doesn't exist|recipient not exist|recipient name is not recognized|"
    "recipient not recognized|recipient address unknown|recipient invalid|recipient isn't|"
    "recipient no longer|recipient could not be found|invalid recipient|invalid user|"
    "invalid address|invalid mailbox|invalid local|invalid final delivery|invalid account|"
    "invalid destination|illegal user|illegal alias|bad destination mailbox|bad mailbox|"
    "bad address|bad recipient|bad user|badrcptto|mailbox not found|mailbox does not exist|"
    "mailbox doesn't exist|mailbox unknown|mailbox not available|mailbox unavailable|"
    "mailbox is unavailable|mailbox not exist|address unknown|address not found|"
    "address does not exist|address doesn't exist|address invalid|address is not valid|"
    "address is invalid|address not known|address not present|address not listed|"
    "address is unknown|address no longer|address couldn't be found|address wasn't found|"
    "addressee unknown|account does not exist|account doesn't exist|account not found|"
    "account is invalid|account unknown|account that you tried to reach does not exist|"
    "account is not available|account not available|does not have an account|"
    "doesn't have an account|email address could not be found|e-mail address was not found|"
    "wasn't found at|does not exist here|no user|no account|no valid recipients|nobody here|"
    "not on this server|not known here|not known at this|user missing|unrouteable user|"
    "user name is unknown|undeliverable address|empfänger unbekannt|empfaenger unbekannt|"
    "unbekannter empf|unbekannter benutzer|adresse unbekannt|destinataire inconnu|"
    "adresse inconnue|utilisateur inconnu|destinataire invalide|"
    "adresse d au moins un destinataire invalide|usuario desconocido|"
    "destinatario desconocido|utente sconosciuto|destinatario sconosciuto|"
    "casella inesistente|inesistente|onbekende gebruiker|usuário desconhecido|見つかりません|"
    "access denied. as(|(bad-mailbox)|地址不存在|邮箱不存在|用户不存在|帐号不存在|账号不存在|"
    "郵箱不存在|使用者不存在|inexistent|non-existent|nonexistent|isn't valid|dossier inexistant|"
    "ディレクトリのリストにありません|user not known|did not exactly match|no matches to "
    "nameserver query|recipient address rejected: access denied|no such person|name is not "
    "recognized";
inline constexpr Phrases kSystem =
    "system error|internal error|internal server|system config|configuration error|"
    "local error|transaction failed|service currently unavailable|service unavailable|"
    "service not available|server error|unexpected error|out of memory|mailer error|"
    "command died|program failure|can't create output|couldn't create|"
    "no such file or directory|duplicated message-id|config error|server configuration|"
    "resources temporarily|requested action aborted|aliasing|procmail|input/output error|"
    "database error|temporary failure|local configuration|local_scan|pipe to|"
    "unexpected recipients processing|system is not configured|interrupted system call";
inline constexpr Phrases kSyntax =
    "syntax error|command not|command parameter|command unrecognized|unrecognized command|"
    "bad sequence|improper sequence|improper use of|parameters not|nested mail|"
    "invalid command|not implemented|unsupported|need rcpt|need mail command";
inline constexpr Phrases kOnHold =
    "on hold|try again later|try later|please try again|temporarily unavailable|"
    "temporarily deferred|temporarily rejected|temporary problem|recipient error";

// The same, in words that others use as well: only when nothing else was said.
inline constexpr Phrases kPerhapsUnknown =
    "doesn't have a|does not have a|isn't a|unable to deliver message to|was not found|not "
    "exist|user is not|not a user|"
    "local user|couldn't be found|could not be found|can't find|"
    "recipient is not|recipient not accepted|recipient unavailable|no recipient|"
    "name not found|mailbox for|delivery to this user|no one here|has left the company|"
    "has left our company|no longer with us|no longer works|no longer employed|"
    "previously bounced address";

// Servers that look for the user only after DATA, and say so beyond doubt.
inline constexpr Phrases kSurelyUnknown =
    "delivery error: dd|this user doesn't have a|(bad-mailbox)|invalid user address|"
    "not accepted -- invalid mailbox|non-existent "
    "account|地址不存在|邮箱不存在|用户不存在|帐号不存在|"
    "账号不存在|郵箱不存在|使用者不存在";

// Lines after which the returned mail stands; compared in lower case, anywhere in a line.
inline constexpr Phrases kOriginalFollows =
    "this is a copy of the message|below this line is a copy of the message|"
    "copy of the message header|header of the original message|"
    "headers of the original message|original message headers|original message -----|"
    "original message:|original message follows|-original message|-original mail|"
    "message headers follow|original mail as follows|unsent message follows|"
    "returned message follows|message header follows|non-delivered information|"
    "original message header|message text follows|included is a copy of|----- original|"
    "--- original|-----original|----- forwarded|-- copy of original|content of the message|"
    "received mail header|following is the original|your original message|below is a copy|"
    "undelivered message follows|contents of your mail|copy of your message|"
    "--- returned message|--- returned mail|start of returned message|original message as "
    "received|first part of the message|returned mail follows|unsent message below|header of the "
    "source mail|message reads (in part)|attachment is a copy of the message";

inline constexpr Phrases kFailureSubjects =
    "undeliver|returned mail|returned message|return mail|delivery fail|delivery status|"
    "delivery has failed|delivery notification|delivery problem|delivery error|"
    "delivery report|delivery delay|delivery warning|failure notice|failure notification|"
    "failed delivery|failure delivery|failed mail|mail failure|mail delivery|mail failed|"
    "mail could not be|could not be delivered|could not send|couldn't be delivered|"
    "mail system error|returned to sender|returning message to sender|returning to sender|"
    "non delivery|non-delivery|nondeliver|non-deliver|not delivered|message delivery|"
    "error sending your mail|errors from|user unknown|warning: message|delayed mail|"
    "mail delayed|bounce|loop alert|rejected mail|message rejected|warning: could not send|"
    "unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|zustellungsbericht|non remis|"
    "remise impossible|échec de la remise|non distribu|no se puede entregar|"
    "no se pudo entregar|no entregado|mancato recapito|non recapitabile|"
    "impossibile recapitare|onbestelbaar|niet bezorgd|não entreg|olevererad|kan ikke leveres|"
    "niedostarczon|nedoruč|не доставл|недостав|配信|退信|配送|送信でき|undelivered|unable to "
    "deliver|"
    "mail not delivered|notice: mail|"
    "mail error|processing error|error during delivery|delivery has been delayed|zustellfehler|"
    "zustellungsfehler|não é possível entregar|não foi possível entregar|kan inte levereras|"
    "det går inte att leverera|ei voi toimittaa|toimitus epäonnistui|kézbesíthetetlen|"
    "teslim edilemedi|无法送达|未送达|无法传递|無法傳遞|배달되지 않음|배달할 수 없|전송 실패|تعذر "
    "تسليم|"
    "تعذر التسليم|לא ניתן למסירה|δεν ήταν δυνατή η παράδοση|nelivrat|nedostavljeno|"
    "nedostavitelné|doručenie zlyhalo|không gửi được";

inline constexpr Phrases kFailureWords =
    "could not be delivered|couldn't be delivered|cannot be delivered|can not be delivered|"
    "can't be delivered|was not delivered|has not yet been delivered|not been delivered|"
    "unable to deliver|undeliverable|undelivered|delivery to the following recipient|"
    "delivery failed|delivery has failed|failed delivery|error delivering|trying to deliver|"
    "did not reach the following|permanent fatal error|permanent error|"
    "addresses had permanent|addresses had delivery problems|had delivery errors|"
    "transcript of session|following address failed|following addresses failed|"
    "rejected by a remote mail server|rejected by the server|smtp error from remote|said: 5|"
    "server message|reason for failure|recipient's mailbox|user unknown|unknown user|"
    "no such user|mailbox is full|mailbox full|quota exceeded|account is disabled|"
    "unknown recipient|invalid final delivery|diagnostic-code|permanent failure|"
    "couldn't find any host|message could not be|not delivered to|"
    "the following recipients did not receive|i'm afraid i wasn't able|"
    "wasn't able to deliver|i was unable to deliver|duplicated message-id|non remis|"
    "konnte nicht zugestellt|n'a pas pu|no se pudo entregar|could not send your message|"
    "has been delayed|out: 5|mail is returned|unable to send|error sending|will be retried|"
    "failed to deliver|"
    "cannot be delivered to|has been returned because|permanent fatal delivery error|delivery "
    "attempts will continue|delivery problems|error was detected while processing|incorrectly "
    "constructed|encountered delivery problem|was automatically rejected|requested "
    "action not taken|no such person|user not known|delivery failed|n'a pas pu etre|pas pu "
    "être|konnten nicht zugestellt|empfänger nicht erreicht|n'a pas atteint|"
    "退信|未能送达|无法送达|無法送達|未能送達|no pudo ser entregado|no ha podido|non è stato "
    "possibile|kon "
    "niet worden|fehler bei der nachrichtenzustellung|échec de la remise|error de entrega|"
    "recapito non riuscito|falha na entrega|det gick inte att leverera|levering mislykkedes|"
    "levering mislyktes|epäonnistui|se nezdařilo|kézbesítés a következő|teslim edilemedi|"
    "wurde nicht zugestellt|配信に失敗|未能传递|無法傳遞|배달하지 못했|فشل التسليم|המסירה נכשלה|"
    "παράδοση απέτυχε|livrarea a eșuat|kunde inte levereras|kunne ikke leveres|nie mogła zostać "
    "dostarczona|nie można "
    "dostarczyć|не может быть доставлено|не удалось доставить|não pôde ser entregue|não foi "
    "entregue";

// Beginnings of the subjects of automatic answers.
inline constexpr Phrases kAnswerSubjects =
    "automatic reply|auto reply|auto-reply|autoreply|auto response|auto-response|"
    "automatic response|auto:|out of office|out of the office|out-of-office|vacation:|"
    "vacation reply|vacation response|vacation notice|vacation message|on vacation|"
    "i am out of|i'm out of|i am on vacation|i'm on vacation|i'm away|away from|away until|"
    "i am away|abwesenheit|automatische antwort|automatische rückantwort|"
    "automatische beantwort|réponse automatique|absence du bureau|message d'absence|"
    "notification d'absence|respuesta autom|fuera de la oficina|fuera de oficina|ausencia|"
    "risposta automatica|fuori sede|fuori ufficio|assente|automatisch antwoord|afwezig|"
    "resposta autom|fora do escrit|autosvar|automatiskt svar|automatisk svar|frånvaro|"
    "fravær|poissaolo|automaattinen vastaus|odpowiedź automatyczna|automatyczna odpowied|"
    "nieobecno|automatická odpov|automatikus válasz|otomatik yan|răspuns automat|автоответ|"
    "автоматический ответ|自動返信|αυτόματη απάντηση|автоматична відповідь|автоматичен отговор|"
    "automatická odpove|automatski odgovor|samodejni odgovor|automaatvastus|"
    "automatinis atsakymas|automātiska atbilde|sjálfvirkt svar|balasan otomatis|"
    "trả lời tự động|תשובה אוטומטית|מענה אוטומטי|رد تلقائي|الرد التلقائي|ตอบกลับอัตโนมัติ|"
    "erantzun automatikoa|स्वचालित उत्तर|स्वतः उत्तर|پاسخ خودکار|balasan automatik|автоматты жауап|"
    "автоматски одговор|avtomatik cavab|freagra uathoibríoch|[auto-reply]|[autoreply]|vacation|"
    "自動応答|自动回复|自動回覆|자동 "
    "회신|자동응답|自动答复|自動答覆|自動答复|การตอบกลับอัตโนมัติ|аутоматски одговор";
inline constexpr Phrases kAbsenceSubjects =
    "ich bin nicht im büro|nicht im büro|nicht am arbeitsplatz|ich bin im urlaub|"
    "ich bin abwesend|bin nicht im büro|je suis absent|en congé|estoy fuera|"
    "ausência tempor|estou fora|ausente do escrit|niet aanwezig|niet op kantoor|"
    "ikke til stede|ikke på kontoret|frånvarande|ej på plats|inte på plats|"
    "inte på kontoret|poissa:|poissa toimistosta|lomalla|poza biurem|autoodpowied|"
    "jestem poza|mimo kancel|nepřítomnos|neprítomnos|házon kívül|irodán kívül|"
    "în afara biroului|absent de la birou|absență din|εκτός γραφείου|απουσία από|"
    "ofis dışında|otomatik cevap|нет на месте|вне офиса|отсутствие на раб|отсутствую|"
    "я в отпуске|автовідповід|не на роботі|поза офісом|извън офиса|отсъствам|izvan ureda|"
    "nisam u uredu|odsoten|odsotnost|ne "
    "biure|prombūtn|不在通知|不在の|不在にして|外出通知|外出中|休假通知|不在辦公室|"
    "不在办公室|부재중|부재 중|خارج المكتب|מחוץ למשרד|לא במשרד|vắng mặt|ngoài văn phòng|"
    "di luar kantor|ไม่อยู่ที่สำนักงาน|không có mặt|fora de l'oficina|resposta automàtica";

// What such notes say of who is away, in the first person: only with a subject of the above.
inline constexpr Phrases kAbsenceWords =
    "i am out of|i'm out of|i will be out|i'll be out|i am currently out|i'm currently out|"
    "is out of the office|i am away|i'm away|i will be away|am currently away|on vacation|"
    "on annual leave|on parental leave|on maternity leave|i am on leave|i'm on leave|"
    "on holiday until|i am on holiday|i'm on holiday|limited access to|as soon as i return|"
    "when i return|upon my return|will be back|i'll be back|will return on|returning on|"
    "(returning |this is an automat|ich bin derzeit|ich bin zur zeit|ich bin zurzeit|"
    "ich bin momentan|ich bin aktuell nicht|ich bin bis|ich bin vom|ich bin im urlaub|"
    "ich bin nicht im|ich bin nicht am|ich bin abwesend|bin ich abwesend|bin ich nicht erreichbar|"
    "außer haus|ausser haus|nicht weitergeleitet|nach meiner rückkehr|wieder erreichbar|"
    "wieder im büro|wieder für sie da|in dringenden fällen|dies ist eine automat|"
    "je suis absent|je suis actuellement|je serai absent|je suis en congé|de retour le|"
    "à mon retour|en mon absence|serai de retour|ceci est une réponse automat|"
    "ceci est un message automat|estoy fuera|estaré fuera|me encuentro fuera|estoy de vacaciones|"
    "estaré ausente|a mi regreso|a mi vuelta|en mi ausencia|estaré de vuelta|"
    "este es un mensaje automát|sono fuori|sarò fuori|sono assente|sarò assente|sono in ferie|"
    "al mio rientro|al mio ritorno|in mia assenza|rientrerò|questo è un messaggio automat|"
    "ik ben afwezig|ik ben niet aanwezig|ik ben met vakantie|ik ben op vakantie|"
    "ik ben momenteel|tijdens mijn afwezigheid|weer aanwezig|dit is een automat|estou fora|"
    "estarei fora|estou ausente|estarei ausente|estou de férias|na minha ausência|"
    "no meu retorno|ao meu regresso|esta é uma resposta automát|sóc fora|estic de vacances|"
    "estaré fora";
inline constexpr Phrases kAbsenceWordsOfMore =
    "jag är på semester|jag är borta|jag är inte på|jag är åter|jag är tillbaka|jag är ledig|"
    "åter på kontoret|jeg er på ferie|jeg er ikke på|jeg er bortreist|jeg er tilbage|"
    "jeg er tilbake|jeg har ferie|jeg holder ferie|på kontoret igen|olen lomalla|olen poissa|"
    "palaan|en ole paikalla|jestem nieobecn|przebywam na urlopie|jestem na urlopie|"
    "nie ma mnie w biurze|podczas mojej nieobecności|jestem poza biurem|nejsem v kancel|"
    "jsem mimo|mám dovolenou|jsem na dovolené|nie som v kancel|som mimo|mám dovolenku|"
    "házon kívül vagyok|szabadságon vagyok|irodán kívül vagyok|sunt plecat|sunt în concediu|"
    "nu sunt la birou|voi reveni|я в отпуске|нахожусь в отпуске|буду отсутствовать|"
    "я отсутствую|я у відпустці|буду відсутн|в отпуск съм|ще се върна|είμαι εκτός|απουσιάζω|"
    "θα λείπω|θα επιστρέψω|ofis dışındayım|izindeyim|tatildeyim|ofiste değilim|"
    "不在にして|不在とな|休暇を|休暇中|外出して|お休みを|正在休假|我不在|休假中|目前不在|"
    "부재중입니다|부재 중입니다|자리를 비|휴가 중|출장 중|أنا خارج المكتب|في إجازة|איני במשרד|"
    "אני לא במשרד|אני בחופש|אהיה מחוץ|אני מחוץ|tôi đang nghỉ|tôi vắng mặt|ไม่อยู่ที่|ลาพักร้อน|"
    "saya sedang tidak|saya sedang cuti|na godišnjem|nisam u uredu|na dopustu|nisem v pisarni|"
    "olen puhkusel|esmu atvaļinājumā|atostogauju|ég er í fríi";

}  // namespace lethe::core::mail_phrases
