package eds

// Text returns what a check that did not hold means for a person, and what to do next. lang is "kk",
// "ru" or "en"; anything else gives Kazakh. A code that is not known gives the text of CodeFormat.
func Text(code Code, lang string) (title, next string) {
	t, ok := findText(code)
	if !ok {
		t, _ = findText(CodeFormat)
	}
	switch lang {
	case "ru":
		return t.ru, nexts[t.next].ru
	case "en":
		return t.en, nexts[t.next].en
	}
	return t.kk, nexts[t.next].kk
}

// step is what a person can do; many problems share one.
type step int

const (
	signAgain step = iota
	signOriginal
	addDocument
	saveAgain
	newCertificate
	otherCertificate
	resumeCertificate
	updateNCALayer
	tryLater
	wait
	checkClock
	nothing
	askSender
	removePassword
	askAuthority
	smaller
	currentTools
	otherProgram
)

type words struct{ kk, ru, en string }

var nexts = [...]words{
	signAgain: {
		"Құжатқа қайта қол қойып, қайта жіберіңіз.",
		"Подпишите документ заново и отправьте ещё раз.",
		"Sign the document again and send it once more."},
	signOriginal: {
		"Құжатты өзгертпей, қол қойылған күйінде жіберіңіз немесе қазіргі нұсқасына қайта қол қойыңыз.",
		"Отправьте документ в том виде, в каком он был подписан, или подпишите нынешнюю версию заново.",
		"Send the document exactly as it was signed, or sign the present version anew."},
	addDocument: {
		"Қолтаңбаға қоса құжаттың өзін де беріңіз.",
		"Вместе с подписью приложите и сам документ.",
		"Give the document itself together with the signature."},
	saveAgain: {
		"Файлды қайта жүктеп алыңыз немесе соңындағы артық байттарды алып тастаңыз.",
		"Скачайте файл заново или уберите лишние байты в его конце.",
		"Download the file again, or cut off the extra bytes at its end."},
	newCertificate: {
		"ҰКО-дан жаңа тіркеу куәлігін алып, соның кілтімен қол қойыңыз.",
		"Получите в НУЦ новое регистрационное свидетельство и подпишите его ключом.",
		"Get a new certificate from the NCA and sign with its key."},
	otherCertificate: {
		"ҰКО берген, құжатқа қол қоюға арналған тіркеу куәлігімен қол қойыңыз.",
		"Подпишите ключом НУЦ, регистрационное свидетельство которого предназначено для подписания документов.",
		"Sign with a certificate of the NCA that is meant for signing documents."},
	resumeCertificate: {
		"ҰКО-да тіркеу куәлігінің қолданысын қалпына келтіріңіз немесе басқа тіркеу куәлігімен қол қойыңыз.",
		"Возобновите действие регистрационного свидетельства в НУЦ или подпишите другой ЭЦП.",
		"Have the certificate resumed at the NCA, or sign with another one."},
	updateNCALayer: {
		"NCALayer бағдарламасын жаңартып, құжатқа қайта қол қойыңыз.",
		"Обновите NCALayer и подпишите документ заново.",
		"Update NCALayer and sign the document again."},
	tryLater: {
		"Біраздан кейін қайталап көріңіз: мәлімет ҰКО-дан алынады.",
		"Повторите попытку позже: сведения поступают от НУЦ.",
		"Try again later: the information comes from the NCA."},
	wait: {
		"Тіркеу куәлігінің қолданысы басталғанша күтіңіз немесе басқа тіркеу куәлігімен қол қойыңыз.",
		"Дождитесь начала действия регистрационного свидетельства или подпишите другой ЭЦП.",
		"Wait until the certificate begins to be valid, or sign with another one."},
	checkClock: {
		"Компьютеріңіздегі күн мен уақыттың дұрыстығын тексеріңіз.",
		"Проверьте дату и время на вашем компьютере.",
		"Check the date and time of your computer."},
	nothing: {
		"Ештеңе істеудің қажеті жоқ.",
		"Ничего делать не нужно.",
		"Nothing needs to be done."},
	askSender: {
		"Файлдың бастапқы нұсқасын жіберушіден қайта алыңыз.",
		"Получите файл в исходном виде у отправителя.",
		"Get the original file from whoever sent it."},
	removePassword: {
		"Құпиясөзді алып тастап, қайта жіберіңіз.",
		"Снимите пароль и отправьте файл заново.",
		"Take the password off and send the file again."},
	askAuthority: {
		"Тіркеу куәлігін берген ұйымға хабарласыңыз.",
		"Обратитесь в организацию, выдавшую регистрационное свидетельство.",
		"Contact the organisation that issued the certificate."},
	smaller: {
		"Көлемі кішірек немесе қолтаңбасы азырақ файл беріңіз, не тексеру шегін арттыруды сұраңыз.",
		"Дайте файл меньшего размера или с меньшим числом подписей либо попросите увеличить пределы проверки.",
		"Give a smaller file or one with fewer signatures, or have the limits of the check raised."},
	currentTools: {
		"NCALayer бағдарламасының қазіргі нұсқасымен қайта қол қойыңыз; кілтіңіз ескі түрден болса, алдымен ҰКО-дан жаңа тіркеу куәлігін алыңыз.",
		"Подпишите заново нынешней версией NCALayer; если ключ старого вида, сначала получите в НУЦ новое регистрационное свидетельство.",
		"Sign again with the current NCALayer; if your key is of an old kind, first get a new certificate from the NCA."},
	otherProgram: {
		"Оны жасалған бағдарламамен тексеріңіз немесе құжатқа NCALayer арқылы қайта қол қойғызыңыз.",
		"Проверьте её программой, которой она сделана, или попросите подписать документ заново через NCALayer.",
		"Check it with the program it was made with, or have the document signed again with NCALayer."},
}

type text struct {
	code Code
	words
	next step
}

func findText(code Code) (text, bool) {
	for _, t := range texts {
		if t.code == code {
			return t, true
		}
	}
	return text{}, false
}

var texts = [...]text{
	{CodeFormat, words{
		"Қолтаңба файлы бүлінген немесе оның пішімі белгісіз.",
		"Файл подписи повреждён или имеет неизвестный формат.",
		"The signature file is damaged or of an unknown format."}, signAgain},
	{CodeTrailing, words{
		"Қолтаңба файлының соңында артық байттар бар: оны сақтаған бағдарлама қажетінен көп жазған.",
		"После подписи в файле есть лишние байты: программа, сохранившая его, записала больше, чем нужно.",
		"There are extra bytes after the signature: the program that saved the file wrote more than it should."}, saveAgain},
	{CodeLimits, words{
		"Файлды тексеру мұнда рұқсат етілгеннен көп жұмысты талап етеді, сондықтан ол аяғына дейін тексерілмеді.",
		"Проверка файла требует больше работы, чем здесь разрешено, поэтому она не доведена до конца.",
		"Checking the file takes more work than is allowed here, so the check was not finished."}, smaller},
	{CodeNoSigners, words{
		"Файлда бірде-бір қолтаңба жоқ.",
		"В файле нет ни одной подписи.",
		"There is no signature in the file."}, signAgain},
	{CodeRepeated, words{
		"Бір қолтаңба файлда екі рет тұр: ол бір рет есептелді.",
		"Одна и та же подпись стоит в файле дважды: она засчитана один раз.",
		"The same signature stands in the file twice: it counts once."}, nothing},
	{CodeAttributes, words{
		"Қолтаңбаның міндетті деректері жоқ немесе қайшы.",
		"Обязательные данные подписи отсутствуют или противоречивы.",
		"Data that a signature must have is missing or contradictory."}, updateNCALayer},
	{CodeContentType, words{
		"Қол қойылған деректердің түрі көрсетілген түрге сай емес.",
		"Тип подписанных данных не соответствует указанному.",
		"The kind of the signed data is not the one stated."}, signAgain},
	{CodeContentMissing, words{
		"Қол қойылған құжат берілмеген.",
		"Подписанный документ не приложен.",
		"The signed document was not given."}, addDocument},
	{CodeContent, words{
		"Құжат қол қойылғаннан кейін өзгерген.",
		"Документ изменён после подписания.",
		"The document was changed after it was signed."}, signOriginal},
	{CodeBase64Text, words{
		"Қолтаңба құжаттың өзіне емес, оның мәтінге кодталған түріне қойылған.",
		"Подпись поставлена не под самим документом, а под его текстовой кодировкой.",
		"The signature is over the document encoded as text, and not over the document itself."}, signOriginal},
	{CodeByteOrderMark, words{
		"Құжат басындағы жасырын белгі қол қойылғандағыдан өзгеше.",
		"Скрытая метка в начале документа не та, что при подписании.",
		"The hidden mark at the start of the document is not as it was when signed."}, signOriginal},
	{CodeAlgorithm, words{
		"Қолтаңбада көрсетілген алгоритмдер кілтке сай емес.",
		"Алгоритмы, указанные в подписи, не соответствуют ключу.",
		"The algorithms stated in the signature do not fit the key."}, signAgain},
	{CodeNotAllowed, words{
		"Қолтаңбаның немесе кілттің алгоритмі ескірген, ол қабылданбайды.",
		"Алгоритм подписи или ключа устарел и не принимается.",
		"The algorithm of the signature or of the key is out of date and not accepted."}, currentTools},
	{CodeUnsupported, words{
		"Қолтаңба мұнда қолдау көрсетілмейтін алгоритммен, пішінде немесе кодтаумен жасалған, сондықтан оны тексеру мүмкін емес.",
		"Подпись сделана алгоритмом, в форме или кодировке, которые здесь не поддерживаются, поэтому проверить её нельзя.",
		"The signature uses an algorithm, a form or an encoding that is not supported here, so it cannot be checked."}, otherProgram},
	{CodeReference, words{
		"XML құжатының қай бөлігіне қол қойылғаны анық емес.",
		"Неясно, какая часть XML-документа подписана.",
		"It is not clear which part of the XML document is signed."}, signAgain},
	{CodeLaterSignature, words{
		"Кейін қойылған қолтаңба осы қолтаңбаны бұзған: ол құжатты өзгертті.",
		"Подпись, поставленная позже, нарушила эту: она изменила документ.",
		"A signature added later has broken this one: it changed the document."}, signAgain},
	{CodeStructure, words{
		"Файлдың құрылымы бұзылған немесе оны әртүрлі оқуға болады.",
		"Структура файла нарушена или допускает разное прочтение.",
		"The file is damaged inside, or can be read in more than one way."}, askSender},
	{CodeEncrypted, words{
		"Файл құпиясөзбен жабылған.",
		"Файл закрыт паролем.",
		"The file is closed with a password."}, removePassword},
	{CodeForm, words{
		"Құжаттағы қолтаңбаның түріне қолдау көрсетілмейді.",
		"Этот вид подписи в документе не поддерживается.",
		"This kind of signature in a document is not supported."}, signAgain},
	{CodeRange, words{
		"Қолтаңба құжатты толық қамтымайды.",
		"Подпись охватывает документ не полностью.",
		"The signature does not cover the whole document."}, askSender},
	{CodeChanged, words{
		"Қол қойылғаннан кейін құжатқа өзгеріс енгізілген.",
		"После подписания в документ внесены изменения.",
		"The document was changed after it was signed."}, signOriginal},
	{CodeDrawn, words{
		"Кейінгі қолтаңба құжат бетіне сурет салған, ол бастапқыда болмаған.",
		"Более поздняя подпись нарисована на странице, где для неё не было места.",
		"A later signature is drawn on a page that had no place for it."}, signOriginal},
	{CodeUnsignedFile, words{
		"Файлдардың біріне қол қойылмаған.",
		"Один из файлов не подписан.",
		"One of the files is not signed."}, askSender},
	{CodeUnsignedPages, words{
		"Қол қойылған — тек тіркелген файлдар, осы беттердің өзі емес.",
		"Подписаны только вложенные файлы, а не сами эти страницы.",
		"Only the attached files are signed, and not these pages themselves."}, nothing},
	{CodeNoCertificate, words{
		"Қолтаңбада қол қоюшының тіркеу куәлігі жоқ.",
		"В подписи нет регистрационного свидетельства подписавшего.",
		"The certificate of the signer is not in the signature."}, signAgain},
	{CodeESS, words{
		"Қолтаңба басқа тіркеу куәлігіне байланған.",
		"Подпись связана с другим регистрационным свидетельством.",
		"The signature is bound to another certificate."}, signAgain},
	{CodeKey, words{
		"Тіркеу куәлігіндегі ашық кілт жарамсыз.",
		"Открытый ключ в регистрационном свидетельстве недействителен.",
		"The public key in the certificate is not valid."}, askAuthority},
	{CodeSignature, words{
		"Қолтаңба дұрыс емес: ол осы тіркеу куәлігінің кілтімен қойылмаған немесе бүлінген.",
		"Подпись неверна: она поставлена не ключом этого регистрационного свидетельства или повреждена.",
		"The signature is wrong: it was not made with the key of this certificate, or it is damaged."}, signAgain},
	{CodeCountersigned, words{
		"Қолтаңбаны куәландырған қосымша қолтаңба расталмады; негізгі қолтаңбаға бұл әсер етпейді.",
		"Заверяющая подпись под этой подписью не подтверждена; на саму подпись это не влияет.",
		"A countersignature on this signature was not confirmed; the signature itself does not depend on it."}, nothing},
	{CodeUntrusted, words{
		"Тіркеу куәлігін сенім білдірілген куәландырушы орталық бермеген.",
		"Регистрационное свидетельство выдано не доверенным удостоверяющим центром.",
		"The certificate was not issued by a trusted authority."}, otherCertificate},
	{CodeIssuer, words{
		"Тіркеу куәлігіндегі куәландырушы орталықтың қолтаңбасы дұрыс емес.",
		"Подпись удостоверяющего центра в регистрационном свидетельстве неверна.",
		"The signature of the authority in the certificate is wrong."}, otherCertificate},
	{CodeAuthority, words{
		"Тіркеу куәлігін беруге құқығы жоқ тұлға берген.",
		"Регистрационное свидетельство выдано тем, кто не вправе их выдавать.",
		"The certificate was issued by someone who may not issue certificates."}, otherCertificate},
	{CodeCritical, words{
		"Тіркеу куәлігінде белгісіз міндетті шектеу бар.",
		"В регистрационном свидетельстве есть неизвестное обязательное ограничение.",
		"The certificate has a binding restriction that is not known."}, askAuthority},
	{CodeCAValidity, words{
		"Куәландырушы орталықтың тіркеу куәлігінің мерзімі сәйкес келмейді.",
		"Срок действия регистрационного свидетельства удостоверяющего центра не подходит.",
		"The certificate of the authority is outside its validity."}, newCertificate},
	{CodeTestAnchor, words{
		"Назар аударыңыз: тіркеу куәлігі ҰКО-ның өндірістік түбірлік тіркеу куәлігіне тірелмейді.",
		"Внимание: регистрационное свидетельство не восходит к рабочему корневому свидетельству НУЦ.",
		"Beware: the certificate does not lead to a production root of the NCA."}, nothing},
	{CodeNotYetValid, words{
		"Тіркеу куәлігінің қолданыс мерзімі әлі басталған жоқ.",
		"Срок действия регистрационного свидетельства ещё не начался.",
		"The certificate is not valid yet."}, wait},
	{CodeExpired, words{
		"Тіркеу куәлігінің қолданыс мерзімі өтіп кеткен.",
		"Срок действия регистрационного свидетельства истёк.",
		"The certificate has expired."}, newCertificate},
	{CodeKeyUsage, words{
		"Бұл тіркеу куәлігі құжатқа қол қоюға арналмаған.",
		"Это регистрационное свидетельство не предназначено для подписания документов.",
		"This certificate is not meant for signing documents."}, otherCertificate},
	{CodeRole, words{
		"Тіркеу куәлігі иесінің бұл әрекетке құқығы жоқ.",
		"Владелец регистрационного свидетельства не вправе совершать это действие.",
		"The holder of the certificate may not do this."}, otherCertificate},
	{CodeIdentity, words{
		"Тіркеу куәлігінен иесінің атауы, ЖСН немесе БСН нақты оқылмайды.",
		"Из регистрационного свидетельства нельзя однозначно прочитать имя, ИИН или БИН владельца.",
		"The holder's name, IIN or BIN cannot be read from the certificate without doubt."}, otherCertificate},
	{CodeCheckDigit, words{
		"Тіркеу куәлігіндегі ЖСН немесе БСН-нің бақылау саны дұрыс емес.",
		"Контрольная цифра ИИН или БИН в регистрационном свидетельстве неверна.",
		"The check digit of the IIN or BIN in the certificate is wrong."}, nothing},
	{CodeRevocation, words{
		"Тіркеу куәлігінің кері қайтарып алынған-алынбағаны туралы жаңа мәлімет жоқ.",
		"Нет свежих сведений о том, не отозвано ли регистрационное свидетельство.",
		"There is no fresh information on whether the certificate was revoked."}, tryLater},
	{CodeDeferred, words{
		"Тіркеу куәлігінің кері қайтарып алынбағаны кейінірек тексеріледі.",
		"Отзыв регистрационного свидетельства будет проверен позже.",
		"Whether the certificate was revoked will be checked later."}, nothing},
	{CodeStale, words{
		"Тіркеу куәлігі соңғы белгілі тізімде кері қайтарып алынғандар арасында жоқ, бірақ ол тізімнің мерзімі өтіп кетті.",
		"В последнем известном списке отозванных регистрационного свидетельства нет, но срок этого списка истёк.",
		"The certificate is not among the revoked on the last list known, but that list has ended."}, nothing},
	{CodeRevoked, words{
		"Тіркеу куәлігі кері қайтарып алынған.",
		"Регистрационное свидетельство отозвано.",
		"The certificate was revoked."}, newCertificate},
	{CodeSuspended, words{
		"Тіркеу куәлігінің қолданысы тоқтатыла тұрған.",
		"Действие регистрационного свидетельства приостановлено.",
		"The certificate is suspended."}, resumeCertificate},
	{CodeNotIssued, words{
		"Куәландырушы орталық бұл тіркеу куәлігін танымайды.",
		"Удостоверяющему центру это регистрационное свидетельство неизвестно.",
		"The authority does not know this certificate."}, askAuthority},
	{CodeResponder, words{
		"OCSP жауабын беруге құқығы жоқ тұлға қол қойған.",
		"Ответ OCSP подписан тем, кто не вправе его давать.",
		"The OCSP response was signed by someone who may not answer."}, tryLater},
	{CodeIssuerRevoked, words{
		"Куәландырушы орталықтың тіркеу куәлігі кері қайтарып алынған.",
		"Регистрационное свидетельство удостоверяющего центра отозвано.",
		"The certificate of the authority was revoked."}, newCertificate},
	{CodeIssuerStatus, words{
		"Куәландырушы орталықтың тіркеу куәлігінің кері қайтарып алынуы туралы мәлімет жоқ.",
		"Нет сведений об отзыве регистрационного свидетельства удостоверяющего центра.",
		"There is no information on the revocation of the authority's certificate."}, nothing},
	{CodeSigningTime, words{
		"Қол қоюшы көрсеткен уақыт тіркеу куәлігінің мерзіміне сай емес.",
		"Время, указанное подписавшим, не соответствует сроку регистрационного свидетельства.",
		"The time that the signer states does not fit the certificate."}, checkClock},
	{CodeStampFormat, words{
		"Уақыт белгісі бүлінген.",
		"Метка времени повреждена.",
		"The time stamp is damaged."}, signAgain},
	{CodeStampImprint, words{
		"Уақыт белгісі басқа қолтаңбаға тиесілі.",
		"Метка времени относится к другой подписи.",
		"The time stamp belongs to another signature."}, signAgain},
	{CodeStampSignature, words{
		"Уақыт белгісінің қолтаңбасы дұрыс емес.",
		"Подпись метки времени неверна.",
		"The signature of the time stamp is wrong."}, signAgain},
	{CodeStampUntrusted, words{
		"Уақыт белгісін сенім білдірілген қызмет бермеген.",
		"Метка времени выдана не доверенной службой.",
		"The time stamp is not from a trusted service."}, signAgain},
	{CodeStampUsage, words{
		"Уақыт белгісін оны беруге құқығы жоқ тіркеу куәлігі иесі берген.",
		"Метка времени выдана владельцем регистрационного свидетельства, не предназначенного для этого.",
		"The time stamp was made with a certificate that is not meant for it."}, signAgain},
	{CodeStampValidity, words{
		"Уақыт белгісі оны беретін қызметтің тіркеу куәлігінің мерзімінен тыс қойылған.",
		"Метка времени поставлена вне срока регистрационного свидетельства службы.",
		"The time stamp lies outside the validity of its service."}, signAgain},
	{CodeStampRevoked, words{
		"Уақыт белгісі қызметінің тіркеу куәлігі кері қайтарып алынған.",
		"Регистрационное свидетельство службы меток времени отозвано.",
		"The certificate of the time-stamping service was revoked."}, signAgain},
	{CodeStampRevocation, words{
		"Уақыт белгісі қызметінің тіркеу куәлігі туралы кері қайтарып алу мәліметі жоқ.",
		"Нет сведений об отзыве регистрационного свидетельства службы меток времени.",
		"There is no information on the revocation of the time-stamping service."}, nothing},
	{CodeStampOrder, words{
		"Уақыт белгісі болашақтағы уақытты көрсетеді.",
		"Метка времени указывает на будущее.",
		"The time stamp lies in the future."}, checkClock},
}
