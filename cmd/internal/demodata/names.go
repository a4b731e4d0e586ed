package demodata

import "math/rand/v2"

// script is a way of writing names, with where such names are found.
type script struct {
	country, language, city, street, postal string
	first, last                             []string
	company                                 []string // one %s each, for a family name
}

var scripts = []script{
	{"IT", "it", "Forlì", "Via Nazionale", "47121", []string{"Nicolò", "Giosuè", "Zoè", "Mosè", "Lucia", "Desirée", "Noemi", "Andrea"}, []string{"Russo", "D’Alò", "Nicolò", "Cantù", "Dell’Oro", "Viganò", "Salvò", "Ferrari"}, []string{"%s S.p.A.", "Fratelli %s", "%s & Figli S.r.l."}},
	{"DE", "de", "Köln", "Große Straße", "50667", []string{"Jürgen", "Zoë", "Björn", "Käthe", "Sören", "Anneliese", "Günther", "Maja"}, []string{"Müller", "Weiß", "Schröder", "Böhm", "Größer", "Jäger", "Voß", "Kühn"}, []string{"%s GmbH", "%s & Söhne KG", "Bäckerei %s"}},
	{"FR", "fr", "Orléans", "rue de l’Église", "45000", []string{"Chloé", "Noël", "Anaïs", "François", "Maëlle", "Jérôme", "Hélène", "Loïc"}, []string{"Lefèvre", "Beauséjour", "D’Aubigné", "Gaçon", "Prévôt", "Benoît", "Noël", "Maître"}, []string{"%s SAS", "Établissements %s", "Pâtisserie %s"}},
	{"PL", "pl", "Łódź", "ul. Świętojańska", "90-001", []string{"Łukasz", "Małgorzata", "Paweł", "Zofia", "Stanisław", "Bożena", "Józef", "Agnieszka"}, []string{"Wiśniewski", "Żółtowski", "Dąbrowska", "Łukaszewicz", "Kościuszko", "Gałązka", "Ćwik", "Śliwa"}, []string{"%s sp. z o.o.", "Zakłady %s"}},
	{"CZ", "cs", "Plzeň", "Náměstí Míru", "301 00", []string{"Jiří", "Žofie", "Ondřej", "Tomáš", "Růžena", "Eliška", "Vojtěch", "Lucie"}, []string{"Dvořák", "Novotný", "Říha", "Šťastná", "Kříž", "Žižka", "Ďurič", "Beneš"}, []string{"%s s.r.o.", "Pivovar %s"}},
	{"TR", "tr", "İzmir", "Cumhuriyet Caddesi", "35210", []string{"Çağla", "Şükrü", "Gül", "İbrahim", "Özge", "Işıl", "Ömer", "Ayşe"}, []string{"Yılmaz", "Öztürk", "Şahin", "Çelik", "Kılıç", "Doğan", "Güneş", "Ağaoğlu"}, []string{"%s A.Ş.", "%s Ticaret"}},
	{"VN", "vi", "Đà Nẵng", "Đường Trần Phú", "550000", []string{"Ánh", "Dũng", "Hương", "Phượng", "Tuấn", "Thảo", "Đức", "Ngọc"}, []string{"Nguyễn", "Trần", "Phạm", "Đặng", "Vũ", "Hoàng", "Bùi", "Đỗ"}, []string{"Công ty %s"}},
	{"GR", "el", "Θεσσαλονίκη", "Οδός Ερμού", "546 24", []string{"Ελένη", "Γιώργος", "Μαρία", "Νίκος", "Ζωή", "Δημήτρης"}, []string{"Παπαδόπουλος", "Γεωργίου", "Νικολαΐδης", "Αγγελής", "Οικονόμου"}, []string{"%s Α.Ε."}},
	{"BG", "bg", "Пловдив", "ул. Иван Вазов", "4000", []string{"Иван", "Мария", "Георги", "Елена", "Димитър", "Цветана"}, []string{"Иванов", "Петрова", "Георгиев", "Щерева", "Жеков"}, []string{"„%s“ ООД"}},
	{"JP", "ja", "京都市", "烏丸通", "600-8001", []string{"陽菜", "翔太", "さくら", "健一", "美咲", "蓮"}, []string{"佐藤", "鈴木", "高橋", "渡辺", "齋藤", "髙田"}, []string{"株式会社%s", "%s商店"}},
	{"TW", "zh", "臺北市", "中山北路", "104", []string{"怡君", "志明", "雅婷", "俊傑", "淑芬"}, []string{"陳", "林", "黃", "張", "歐陽"}, []string{"%s有限公司"}},
	{"AE", "ar", "دبي", "شارع الشيخ زايد", "00000", []string{"فاطمة", "محمد", "عائشة", "خالد", "ليلى"}, []string{"الهاشمي", "المنصوري", "النعيمي", "الزعابي"}, []string{"شركة %s"}},
	{"IL", "he", "חיפה", "רחוב הרצל", "3303000", []string{"נועה", "דוד", "תמר", "יוסף", "מיכל"}, []string{"כהן", "לוי", "מזרחי", "פרץ"}, []string{"%s בע״מ"}},
	{"IN", "hi", "जयपुर", "महात्मा गांधी मार्ग", "302001", []string{"अनुष्का", "राहुल", "प्रिया", "विक्रम", "नेहा"}, []string{"शर्मा", "गुप्ता", "वर्मा", "सिंह"}, []string{"%s प्राइवेट लिमिटेड"}},
	{"IE", "en", "Dún Laoghaire", "Marine Road", "A96 XY12", []string{"Siobhán", "Seán", "Aoife", "Pádraig", "Gráinne", "Róisín"}, []string{"O’Brien", "Ní Dhuibhne", "Mac Giolla Phádraig", "Ó Súilleabháin"}, []string{"%s Ltd", "%s & Sons"}},
}

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
