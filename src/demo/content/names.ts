/** A name as its bearer writes it, and in letters that fit a mail address. */
export type Spelling = readonly [written: string, latin: string]

export interface Culture {
  readonly given: readonly Spelling[]
  readonly family: readonly Spelling[]
  readonly familyFirst?: true
  /** Between family and given name; a space where it is not given. */
  readonly separator?: string
}

const plain = (...names: string[]): Spelling[] => names.map((name) => [name, latin(name)])
/** Without marks and spaces; `đ` and `ı` do not decompose. */
const latin = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replaceAll('ı', 'i')
    .normalize('NFKD')
    .replaceAll(/[^a-z]/g, '')
const spelt = (names: Record<string, string>): Spelling[] => Object.entries(names)

/** Invented people from many places: names of several words, scripts and orders are what a real school has. */
export const cultures: readonly Culture[] = [
  {
    given: plain(
      'Emma',
      'Oliver',
      'Grace',
      'Liam',
      'Sofía',
      'Mateo',
      'Chloé',
      'Lukas',
      'Inês',
      'Björn',
      'Aoife',
      'Zoë',
    ),
    family: plain('Hughes', 'Byrne', 'García Ruiz', 'Lefèvre', 'Brandt', 'Ferreira', 'Lindqvist', 'de Vries', 'Rossi'),
  },
  {
    given: plain('Zofia', 'Jakub', 'Eliška', 'Matej', 'Ayşe', 'Mehmet', 'Ștefan', 'Ilinca', 'Márton', 'Réka', 'Luka'),
    family: plain('Nowak', 'Wiśniewska', 'Novotný', 'Kováč', 'Yılmaz', 'Demir', 'Ionescu', 'Szabó', 'Horvat', 'Kaya'),
  },
  {
    given: plain('Chinedu', 'Ngozi', 'Folasade', 'Babatunde', 'Amara', 'Kwame', 'Abena', 'Wanjiru', 'Thabo', 'Lerato'),
    family: plain('Okafor', 'Adébáyọ̀', 'Mensah', 'Kamau', 'Ndlovu', 'Eze', 'Owusu', 'Achieng', 'Molefe', 'Diallo'),
  },
  {
    given: spelt({
      أحمد: 'ahmad',
      ليلى: 'layla',
      يوسف: 'yusuf',
      فاطمة: 'fatima',
      عمر: 'omar',
      نور: 'nour',
      زينب: 'zaynab',
      كريم: 'karim',
    }),
    family: spelt({
      المصري: 'almasri',
      حداد: 'haddad',
      خليل: 'khalil',
      منصور: 'mansour',
      الزهراني: 'alzahrani',
      بنعلي: 'benali',
    }),
  },
  {
    given: spelt({
      伟: 'wei',
      芳: 'fang',
      娜: 'na',
      子涵: 'zihan',
      欣怡: 'xinyi',
      浩然: 'haoran',
      雨桐: 'yutong',
      建国: 'jianguo',
    }),
    family: spelt({ 王: 'wang', 李: 'li', 张: 'zhang', 刘: 'liu', 陈: 'chen', 欧阳: 'ouyang', 赵: 'zhao' }),
    familyFirst: true,
    separator: '',
  },
  {
    given: spelt({
      美咲: 'misaki',
      翔太: 'shota',
      さくら: 'sakura',
      大輔: 'daisuke',
      陽菜: 'hina',
      健一: 'kenichi',
      結衣: 'yui',
    }),
    family: spelt({ 佐藤: 'sato', 鈴木: 'suzuki', 高橋: 'takahashi', 田中: 'tanaka', 渡辺: 'watanabe', 伊藤: 'ito' }),
    familyFirst: true,
  },
  {
    given: spelt({ 민준: 'minjun', 서연: 'seoyeon', 지훈: 'jihun', 하은: 'haeun', 도윤: 'doyun', 수빈: 'subin' }),
    family: spelt({ 김: 'kim', 이: 'lee', 박: 'park', 최: 'choi', 정: 'jung', 강: 'kang' }),
    familyFirst: true,
    separator: '',
  },
  {
    given: spelt({
      आरव: 'aarav',
      प्रिया: 'priya',
      रोहन: 'rohan',
      अनन्या: 'ananya',
      विक्रम: 'vikram',
      मीरा: 'meera',
      कबीर: 'kabir',
    }),
    family: spelt({ शर्मा: 'sharma', पटेल: 'patel', सिंह: 'singh', गुप्ता: 'gupta', राव: 'rao', वर्मा: 'verma' }),
  },
  {
    given: spelt({
      Анна: 'anna',
      Дмитро: 'dmytro',
      Олена: 'olena',
      Іван: 'ivan',
      Мария: 'maria',
      Никола: 'nikola',
      Жанар: 'zhanar',
    }),
    family: spelt({
      Шевченко: 'shevchenko',
      Коваленко: 'kovalenko',
      Петрова: 'petrova',
      Јовановић: 'jovanovic',
      Бондар: 'bondar',
    }),
  },
  {
    given: spelt({ Ελένη: 'eleni', Γιώργος: 'giorgos', Νίκος: 'nikos', Σοφία: 'sofia' }),
    family: spelt({ Παπαδόπουλος: 'papadopoulos', Οικονόμου: 'oikonomou', Βλάχος: 'vlachos', Γεωργίου: 'georgiou' }),
  },
  {
    given: spelt({ נועה: 'noa', איתן: 'eitan', תמר: 'tamar', יונתן: 'yonatan' }),
    family: spelt({ כהן: 'cohen', לוי: 'levi', מזרחי: 'mizrahi' }),
  },
  {
    given: plain('Thị Hương', 'Minh Anh', 'Văn Dũng', 'Quốc Bảo', 'Thanh Hà', 'Ngọc Lan', 'Đức Long'),
    family: plain('Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng'),
    familyFirst: true,
  },
]
