import type { Insertable } from 'kysely'
import { searchTextOf, type UsersDatabase } from '#modules/users/index.ts'
import { DAY_MS, iso, officeHours, sittingDown, startOfDay } from './calendar.ts'
import { cultures } from './content/names.ts'
import type { Random } from './random.ts'
import type { DemoRows } from './rows.ts'

export type Account = Insertable<UsersDatabase['user_account']>

export interface People {
  readonly administrator: Account
  readonly instructors: readonly Account[]
  /** In the order in which they registered. */
  readonly students: readonly Account[]
}

export interface PeopleWishes {
  readonly now: number
  readonly students: number
  readonly historyDays: number
  readonly passwordHash: string
}

const INSTRUCTORS = 6
/** Share of the students who come at the beginning of the term, that is of the history. */
const FIRST_WEEKS_SHARE = 0.6
const FIRST_WEEKS_DAYS = 18

/** One administrator, six instructors and the students, all with the same password. */
export function createPeople(random: Random, wishes: PeopleWishes, rows: DemoRows): People {
  const { now, historyDays } = wishes
  const taken = new Set<string>()
  const openingDay = startOfDay(now) - (historyDays + 30) * DAY_MS

  function join(role: Account['role'], at: number, email?: string): Account {
    const name = nextName(random, taken, email)
    const account: Account = {
      id: random.id(new Date(at)),
      email: name.email,
      full_name: name.fullName,
      search_text: searchTextOf(name.fullName, name.email),
      role,
      status: 'active',
      password_hash: wishes.passwordHash,
      email_verified_at: role === 'student' && random.chance(0.1) ? null : iso(at + random.whole(60, 3600) * 1000),
      created_at: iso(at),
      updated_at: iso(at),
      last_login_at: null,
      version: 1,
    }
    rows.user_account.push(account)
    return account
  }

  const administrator = join('administrator', officeHours(random, openingDay), 'admin@example.org')
  const instructors = Array.from({ length: INSTRUCTORS }, (_, index) =>
    join(
      'instructor',
      officeHours(random, openingDay + (1 + index) * DAY_MS),
      index === 0 ? 'instructor@example.org' : undefined,
    ),
  )
  const times = Array.from({ length: wishes.students }, () => registrationTime(random, wishes)).sort((a, b) => a - b)
  const students = times.map((at, index) => join('student', at, index === 0 ? 'student@example.org' : undefined))
  return { administrator, instructors, students }
}

function registrationTime(random: Random, { now, historyDays }: PeopleWishes): number {
  const isEarly = random.chance(FIRST_WEEKS_SHARE)
  const day = startOfDay(now) - (historyDays - random.whole(0, isEarly ? FIRST_WEEKS_DAYS : historyDays - 2)) * DAY_MS
  return sittingDown(random, day)
}

/** A name nobody has yet, and the mail address that goes with it unless one is given. */
function nextName(random: Random, taken: Set<string>, given?: string): { fullName: string; email: string } {
  for (;;) {
    const culture = random.pick(cultures)
    const [first, firstLatin] = random.pick(culture.given)
    const [last, lastLatin] = random.pick(culture.family)
    const separator = culture.separator ?? ' '
    const fullName = culture.familyFirst ? `${last}${separator}${first}` : `${first} ${last}`
    const email = given ?? `${firstLatin}.${lastLatin}@example.org`
    if (taken.has(fullName) || taken.has(email)) continue
    taken.add(fullName).add(email)
    return { fullName, email }
  }
}
