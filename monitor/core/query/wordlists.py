"""Small words, letters and endings by which languages are told apart.

The words are those that no text can do without, and some that headlines are full of; after them, the letters that a
language has and its neighbours lack, and endings of three or four letters. Codes with a hyphen are of languages that
are not stemmed (Polish, Vietnamese): with them here, a text of theirs is not taken for a neighbour's.
"""

from __future__ import annotations

WORDS = {
    "en": "the of and to in is was for with that on at by from has have had be are were will would not but his her "
    "their its he she they who which what when after before over more than says said new first could been "
    "about into out up why how this as an it or if no you your we our us may can all one two year years "
    "against between during amid killed police government minister president court attack war dead deal talks "
    "trade market report people country city world week month day home health school fire storm flood crash "
    "win wins lost back off down get make takes calls warns leaves faces plans set oil price bank rates "
    "election vote party leader leaders team four five six third second last next still while where there "
    "these those such any some only without thousands million billion them him",
    "fr": "le la les des du de et un une est sont dans pour par sur avec qui que ce cette ces au aux il elle ils "
    "elles se sa son ses leur leurs mais ou où plus pas ne après avant contre entre sous selon été être a à "
    "ont avait fait dont sans d' l' qu' n' c' s' j' jusqu' comme tout tous très aussi depuis pendant près "
    "chez vers trois deux premier morts mort ans pourquoi comment quoi président gouvernement ministre lundi "
    "mardi mercredi jeudi vendredi samedi police tué blessés guerre attaque paix accord cour pays ville monde "
    "français française parti élection incendie tempête grève santé école marché banque ouvre annonce face "
    "nouvelle nouveau nouveaux jeune femme femmes homme enfants jour mois semaine ainsi encore alors quatre "
    "cinq six dernier dernière c'est mieux",
    "de": "der die das den dem des ein eine einen einem einer eines und ist sind war waren nicht mit von vom zu zum "
    "zur im in auf für an am bei nach aus über unter gegen vor als auch wie wird werden wurde hat haben hatte "
    "sich sie er es wir ihr dass daß aber oder noch nur mehr seit bis durch um ohne wenn warum was wer keine "
    "kein kann soll will neue neuen sagte jahre jahren mann tote präsident regierung montag dienstag mittwoch "
    "donnerstag freitag samstag sonntag polizei angriff krieg verletzte frieden abkommen gericht land stadt "
    "welt partei wahl feuer sturm streik gesundheit schule markt bank fordert kritik streit mehrere menschen "
    "frau frauen kinder tag woche monat kommt gibt geht bundesregierung deutschland deutsche deutschen vier "
    "fünf sechs zwei drei elf zehn tausende steigen steigt lehnt tritt hält nimmt warnt beim ihre seine "
    "seinen diese dieser",
    "es": "el la los las de del y en un una unos unas es son que se por para con su sus al lo como más pero no ha "
    "han fue era está están este esta estos estas entre sobre tras hasta desde sin contra durante ya muy "
    "también qué cómo cuándo quién años año hay cuatro dos tres muertos según presidente gobierno lunes "
    "martes miércoles jueves viernes sábado ser había donde cuando porque ante hacia nuevo nueva dijo ellos "
    "ella todos policía ataque guerra heridos paz acuerdo tribunal país ciudad mundo partido elecciones "
    "incendio tormenta huelga salud escuela mercado banco nuevos mujer mujeres hombre niños día días mes "
    "semana millones ministro cinco seis último última primera primer así aún cada uno fueron tiene tienen "
    "puede pide sube baja deja miles busca buscan",
    "pt": "o a os as de do da dos das e em um uma no na nos nas que se por para com não é são foi ao aos à às mais "
    "mas como seu sua seus suas pelo pela pelos pelas ele ela eles está estão entre sobre após depois até sem "
    "contra já também muito foram ser tem têm há quando onde porque você isso este esta disse anos ano dois "
    "três mortos segundo governo presidente segunda-feira terça-feira quarta-feira quinta-feira sexta-feira "
    "sábado nova novo diz vai vão polícia ataque guerra feridos paz acordo tribunal país cidade mundo partido "
    "eleições incêndio tempestade greve saúde escola mercado banco novos novas mulher mulheres homem crianças "
    "dia dias mês semana milhões milhares ministro quatro cinco seis último última primeira primeiro ainda "
    "cada onze eleição pode podem deixa busca brasil portugal brasileiro",
    "it": "il lo la i gli le di del dello della dei degli delle e è in un uno una che si per con non da dal dalla "
    "dai nel nella nei nelle sul sulla al alla ai alle sono ha hanno era stato stata essere come più ma anche "
    "se suo sua loro questo questa dopo prima contro tra fra senza ancora perché quando dove chi cosa l' "
    "dell' all' un' nell' dall' c' d' anni anno morti due tre presidente governo ministro lunedì martedì "
    "mercoledì giovedì venerdì sabato ed ad detto polizia attacco guerra feriti pace accordo tribunale paese "
    "città mondo partito elezioni incendio sciopero salute scuola mercato banca nuovo nuova nuovi donna donne "
    "uomo bambini giorno giorni mese settimana milioni migliaia quattro cinque sei ultimo ultima primo terza "
    "volta ogni undici arriva cerca chiede oltre stati italia italiano italiana già così può",
    "nl": "de het een en van in is zijn was waren op te dat die met voor niet aan er om ook als bij maar uit naar "
    "dan nog wel door over tot hij zij ze wij heeft hebben had wordt worden werd kan zou na tegen onder "
    "tussen geen meer wat waarom wie hoe dit deze veel zegt zei jaar doden twee drie elkaar maandag dinsdag "
    "woensdag donderdag vrijdag zaterdag zondag minister politie nieuwe moet aanval oorlog gewonden vrede "
    "akkoord rechtbank land stad wereld partij verkiezingen brand storm staking gezondheid school markt bank "
    "nieuw vrouw vrouwen man kinderen dag dagen maand week miljoen miljoenen duizenden vier vijf zes elf "
    "laatste eerste derde keer elke nederland nederlandse tweede kamer opnieuw terug lange houdt krijgt gaat "
    "komt kabinet zonder zoeken",
    "sv": "och att det som en ett är på av för med den till inte har de om han hon var från vid men så kan när "
    "efter mot under över mellan ska skulle vi ni du sig sin sitt sina hade blev blir bli även eller utan där "
    "här hur varför vad vem också nu år döda säger sade enligt nya detta denna dessa två tre måndag tisdag "
    "onsdag torsdag fredag lördag söndag polisen polis attack krig skadade fred avtal domstol land stad "
    "världen parti val brand storm strejk hälsa skola marknad kvinna kvinnor man barn dag dagar månad vecka "
    "miljoner miljarder tusentals fyra fem sex elva sista första tredje gången varje sverige svenska svensk "
    "regeringen statsministern får går ny nytt stora stor behöver",
    "da": "og at det som en et er på af for med den til ikke har de om han hun var fra ved men så kan når efter mod "
    "under over mellem skal skulle vi jeg sig sin sit sine havde blev bliver være også eller uden hvor "
    "hvordan hvorfor hvad hvem nu år dræbt siger sagde ifølge nye denne disse to tre mandag tirsdag onsdag "
    "torsdag fredag lørdag søndag derfor deres politiet politi angreb krig sårede fred aftale retten land by "
    "verden parti valg brand storm strejke sundhed skole marked kvinde kvinder mand børn dag dage måned uge "
    "millioner milliarder tusindvis fire fem seks elleve sidste første tredje gang hver danmark danske dansk "
    "regeringen statsministeren får går ny nyt store stor leder søger",
    "no": "og at det som en et er på av for med den til ikke har de om han hun var fra ved men så kan når etter mot "
    "under over mellom skal skulle vi jeg seg sin sitt sine hadde ble blir være også eller uten hvor hvordan "
    "hvorfor hva hvem nå år drept sier sa ifølge nye denne disse to tre mandag tirsdag onsdag torsdag fredag "
    "lørdag søndag derfor deres må politiet politi angrep krig skadde fred avtale retten land by verden parti "
    "valg brann storm streik helse skole marked kvinne kvinner mann barn dag dager måned uke millioner "
    "milliarder tusenvis fire fem seks elleve siste første tredje gang hver norge norske norsk regjeringen "
    "statsministeren får går ny nytt store stor leter søker dette",
    "fi": "ja on ei että se hän oli ovat olivat mutta kun kuin myös joka jotka niin ole tai jo vain nyt mukaan "
    "jälkeen sekä sen hänen tämä tämän ne he eivät olisi kanssa ennen vuoden vuonna vastaan yli alle mitä "
    "miksi miten kuka tänään sanoi kertoo sanoo kaksi kolme uusi uuden maanantaina tiistaina keskiviikkona "
    "torstaina perjantaina lauantaina sunnuntaina ilman kuollut poliisi poliisin isku hyökkäys sota rauha "
    "sopimus oikeus maa kaupunki maailma puolue vaalit tulipalo myrsky lakko terveys koulu pankki nainen mies "
    "lapset päivä viikko kuukausi miljoonaa tuhannet neljä viisi kuusi viimeinen ensimmäinen kolmas suomi "
    "suomen hallitus eduskunta presidentti ministeri uutta vielä paljon enemmän pitää saa voi täytyy kesken "
    "jatkuvat hyvä tietää",
    "hu": "a az és hogy nem is egy van volt ez meg már csak de még el ki fel le be mint azt ezt után előtt miatt "
    "ellen között szerint alatt lesz lett vagy ha aki ami mely amely hol miért hogyan mi több nagyon most "
    "minden két három új mondta közölte évi év halott hétfőn kedden szerdán csütörtökön pénteken szombaton "
    "vasárnap nélkül magyar rendőrség támadás háború sérült béke megállapodás bíróság ország város világ párt "
    "választás tűz vihar sztrájk egészségügy iskola piac bank nő férfi gyerek gyerekek nap hét hónap millió "
    "milliárd ezer négy öt hat első második harmadik utolsó magyarország kormány miniszter elnök parlament "
    "orbán újra kell lehet tudni nincs jön",
    "ro": "și şi de la în a al ai ale cu pe din că nu este sunt un o unei unui care pentru mai au fost va vor se să "
    "sau dar după până când unde ce cine cum lui ei lor prin fără între contra asupra despre spre într dintr "
    "i-a s-a într-un într-o ani anul doi trei morți spus președintele luni marți miercuri joi vineri sâmbătă "
    "duminică fi era fiind către poliția atac război răniți pace acord tribunal țară oraș lume partid alegeri "
    "incendiu furtună grevă sănătate școală piață bancă nou nouă noi femeie femei bărbat copii zi zile lună "
    "săptămână milioane miliarde mii patru cinci șase ultimul ultima prima primul treia oară fiecare românia "
    "român românilor guvernul ministrul vrea poate trebuie știți cere",
    "tr": "ve bir bu da de için ile çok daha olarak olan gibi kadar sonra önce var yok ne mi mı mu mü değil ama ya "
    "her en o olduğu oldu olacak etti dedi göre yeni iki üç karşı neden nasıl kim nerede yıl ardından "
    "nedeniyle tarafından ise ancak pazartesi salı çarşamba perşembe cuma cumartesi günü kişi ölü başkanı "
    "türkiye söyledi ilgili artık ediyor polis saldırı savaş yaralı barış anlaşma mahkeme ülke şehir dünya "
    "parti seçim yangın fırtına grev sağlık okul piyasa banka kadın kadınlar adam çocuk çocuklar hafta ay "
    "milyon milyar bin binlerce dört beş altı on son ilk üçüncü kez türk bakan bakanı hükümet meclis "
    "cumhurbaşkanı erdoğan yeniden geldi verdi istedi açıkladı merkez",
    "ca": "el la els les de del dels i en un una és són que es per amb al als no ha han va van més però com seu "
    "seva seus entre sobre després fins des sense contra aquest aquesta aquests ja molt també què quan on "
    "perquè qui tot tots l' d' s' n' m' anys any dos dues tres morts segons president govern dilluns dimarts "
    "dimecres dijous divendres dissabte diumenge dir hi ho pel pels nou nova ser fer policia atac guerra "
    "ferits pau acord tribunal país ciutat món partit eleccions incendi temporal vaga salut escola mercat "
    "banc nous noves dona dones home nens dia dies mes setmana milions milers quatre cinc sis últim última "
    "primera primer tercera vegada cada onze catalunya català catalana ara encara",
    "id": "yang dan di ke dari untuk dengan pada ini itu adalah tidak akan telah dalam oleh sebagai juga atau "
    "karena saat setelah lebih ada bisa dapat mereka ia dia kami kita para orang tahun bahwa serta hingga "
    "antara seperti sudah masih belum dua tiga baru tewas mengapa apa siapa bagaimana kata mengatakan "
    "presiden hari senin selasa rabu kamis jumat sabtu minggu anda saya tanpa akibat secara terhadap tersebut "
    "menteri polisi serangan perang luka damai kesepakatan pengadilan negara kota dunia partai pemilu "
    "kebakaran badai mogok kesehatan sekolah pasar bank wanita perempuan pria anak bulan pekan juta miliar "
    "ribu ribuan empat lima enam terakhir pertama ketiga kali setiap indonesia pemerintah rakyat warga korban "
    "harga naik turun jakarta jadi usai soal",
    "et": "ja on ei et see ta oli ka kui aga mis kes või nii siis oma pärast enne vastu üle alla ning eest juures "
    "järgi kuid mida miks kuidas kus tema nad olid pole olnud saab peab kaks kolm uus ütles esmaspäeval "
    "teisipäeval kolmapäeval neljapäeval reedel laupäeval pühapäeval aasta aastal inimest eesti ilma politsei "
    "rünnak sõda rahu kokkulepe kohus riik linn maailm partei valimised tulekahju torm streik tervis kool "
    "turg pank naine mees lapsed päev nädal kuu miljonit tuhanded neli viis viimane esimene kolmandat korda "
    "eestis valitsus riigikogu president minister tallinn tagasi rohkem uue tartu",
    "lt": "ir yra kad su iš į ne bet ar tai per dėl po už nuo iki prie jau dar kaip kas kur kodėl bus buvo buvęs "
    "jis ji jie jų savo šį šis ši tik apie prieš tarp pagal be du trys naujas sakė metų metais lietuvos "
    "lietuvoje pirmadienį antradienį trečiadienį ketvirtadienį penktadienį šeštadienį sekmadienį kuris kuri "
    "žmonių žuvo policija ataka karas taika susitarimas teismas šalis miestas pasaulis partija rinkimai "
    "gaisras audra streikas sveikata mokykla rinka bankas moteris vyras vaikai diena savaitė mėnuo milijonų "
    "tūkstančiai keturi penki paskutinis pirmas trečią kartą kiekvienas lietuva lietuvių vyriausybė seimas "
    "prezidentas ministras vėl daugiau",
    "eu": "eta da ez du dira bat hau hori dute zen ziren ere baina edo egin izan dela dituzte ditu bere beste gabe "
    "arte ondoren aurka arabera buruz zer nor nola zergatik non bi hiru berri urte urteko esan diote egun "
    "astelehen asteartean osteguna ostiral daude dago zuen zuten euskal gainean polizia eraso gerra bake "
    "akordio herrialde hiri mundu alderdi hauteskunde sute greba osasun eskola merkatu banku emakume gizon "
    "haur aste hilabete milioi lau bost sei azken lehen hirugarren bakoitz herriko gobernua jaurlaritza "
    "lehendakaria presidenteak eman dituela izango",
    "ga": "agus an na ar is i le go ní do bhí tá sé sí siad ach nach leis seo sin faoi chun mar ó tar éis roimh "
    "idir gan níos cad cén fáth conas cé dhá trí nua bliain dúirt luan máirt céadaoin déardaoin aoine inniu "
    "rialtas duine daoine as dá bhfuil raibh atá don den ag gardaí ionsaí cogadh síocháin cúirt tír cathair "
    "domhan páirtí toghchán tine stoirm stailc sláinte scoil margadh banc bean mná fear páistí lá seachtain "
    "mí milliún ceithre cúig deireanach chéad éireann éirinn gaeilge taoiseach aire dáil ais anois",
    "hi": "है हैं के का की में से को और ने पर यह कि एक भी नहीं था थी थे हो कर लिए बाद तक साथ गया गई गए रही रहा रहे "
    "कहा दिया वह इस उस अपने जो तो ही क्या क्यों",
    "ne": "छ छन् छैन हो थियो भएको भएका गर्ने गरेको गर्न गरे पनि र मा को का ले लाई तथा भने यो त्यो रहेको भन्ने हुने "
    "गरिएको बताए नेपाल नेपाली हुँदा",
    "-mr": "आहे आहेत आणि या हा ही हे नाही होते होता केली केला असे तर मध्ये",
    "-pl": "w i na z do się nie że jest to są po od za przez dla jak ale o co był była było tym przed oraz już jego "
    "jej czy tylko ma mają może ich gdy być został została dlaczego nowy rok lat dwa trzy ze",
    "-cs": "a v se na je že s z do o k i ve za po pro ale jako by jsou byl byla bylo při podle už jeho také který "
    "která které jak nebo před proti mezi od proč co kdo nový roku let dva tři ze sa aj pre ako sú bol bola "
    "podľa",
    "-hr": "i u je na se da su za od s o iz koji koja koje nije ali kako po do bi sve što već ili bez zbog protiv "
    "prema nakon zašto tko ko ne a biti bio bila godine godina dva tri novi kod jedan između će stigao",
    "-sl": "in v je na da se za so z po s pri ki bi kot tudi ne od do ali iz pa že ni zakaj kaj kdo leta ob proti med",
    "-lv": "un ir ar par no uz kas ka pēc kā nav bet vai arī gan jau pie līdz tika tiek gada viņš viņa latvijas",
    "-vi": "và của là có được cho trong các một những với không đã người khi này để từ ở tại về vào đến ra bị sau",
    "-sw": "na ya wa kwa ni katika za la cha kuwa hii hiyo huo alisema baada watu serikali nchini kutoka mwaka rais "
    "ambao",
}

LETTERS = {
    "fr": "àâçèêëîïôùûœ", "de": "äöüß", "es": "ñ¿¡", "pt": "ãõçâê", "it": "àèìòù", "sv": "åäö", "da": "æøå",
    "no": "æøå", "fi": "äö", "hu": "őűáéíóúöü", "ro": "ăâîșțşţ", "tr": "ğışçöü", "ca": "àçèòïŀ", "et": "õäöü",
    "lt": "ąčęėįšųūž",
    "ga": "áéíóú", "-pl": "ąćęłńóśźż", "-cs": "ěščřžýůťďňľĺŕ", "-hr": "čćđšž", "-sl": "čšž", "-lv": "āčēģīķļņšūž",
    "-vi": "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}  # fmt: skip

ENDINGS = {
    "en": "ting ning ring ding ally ment ness ship tion ions ours ound ight ould ious ated ates",
    "fr": "tion ions ment euse eurs eaux ères ique ants ents aire ques isme ière ètes ille elle ette",
    "de": "ngen chen lich ungs heit keit isch tern sten rung lung tung ende rten ckte nnen sche iche ruch ucht icht",
    "es": "ción ones ados idas ente idad ores ando endo ismo aron ante ista ería idos ario",
    "pt": "ação ções ados idos ente dade ores ando endo ismo aram eram ista eiro eira ento ário inho",
    "it": "ione ioni ente enti anno tore tori ando endo ista ità ezza iere anza enza vano rono etto ella",
    "nl": "ngen lijk heid elen eren ijke ijk sche ling atie den ende ijen eert chte acht ucht icht egen oren eden",
    "sv": "ning arna erna orna ande ende iska tion igen else ades erad atta",
    "da": "erne ning ende iske tion else nger eden",
    "no": "ene ning ende iske sjon else rene lene gene ter",
    "fi": "sta ssa lla lle lta ksi inen iset isen ista issa alla ella tiin vat vät taan tään mien jen ntaa ään",
    "hu": "ban ben nak nek val vel ról ről ból ből ság ség okat eket tták ták ott ett ások ések ában ében ását ését "
    "ának ének",
    "ro": "ului ilor rile elor ește area ează arii ţiei ției unea iile ată ţii ții",
    "tr": "ları leri ının inin ında inde ndan nden ması mesi ıyor iyor acak ecek dığı diği erin arın eler alar",
    "ca": "ció ions tats itat ment uen ats ades aria",
    "id": "ngan ikan akan atan nya alah asan uhan aran rkan",
    "et": "mise used tele stel sid dele ekse uses mist vad dud tud ste atud itud",
    "lt": "imas tojų imo ojas iai uose ėjo inti tas ius omis ymas ybės oje",
    "eu": "aren etan ekin ngo tzen ako rako tuko atik iko duna",
    "ga": "acht ithe aith adh eann íonn",
}
