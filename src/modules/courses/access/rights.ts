import type { Principal } from '#modules/auth/index.ts'
import type { CoursesDatabase } from '../tables.ts'

export type StaffRole = CoursesDatabase['course_staff']['staff_role']

/** What a person is to one course, as far as rights go. */
export type Standing = StaffRole | 'administrator'

const yes = true
const no = false

// biome-ignore format: a table is read by its columns
const table = {
  //                    owner  co-instructor  teaching-assistant  administrator
  'read-drafts':       [ yes,  yes,           yes,                yes ],
  'see-roster':        [ yes,  yes,           yes,                yes ],
  'grade':             [ yes,  yes,           yes,                yes ],
  'manage-roster':     [ yes,  yes,           no,                 yes ],
  'edit':              [ yes,  yes,           no,                 yes ],
  'publish':           [ yes,  yes,           no,                 yes ],
  'archive':           [ yes,  no,            no,                 yes ],
  'delete':            [ yes,  no,            no,                 yes ],
  'manage-staff':      [ yes,  no,            no,                 yes ],
} as const

const columns: readonly Standing[] = ['owner', 'co-instructor', 'teaching-assistant', 'administrator']

export type CourseRight = keyof typeof table

export function may(standing: Standing | undefined, right: CourseRight): boolean {
  return standing !== undefined && table[right][columns.indexOf(standing)] === true
}

/** Who has the right, in words, for the one who has it not. */
export function whoMay(right: CourseRight): string {
  const words: Record<Standing, string> = {
    owner: 'the owner',
    'co-instructor': 'a co-instructor',
    'teaching-assistant': 'a teaching assistant',
    administrator: 'an administrator',
  }
  const holders = columns.filter((standing) => may(standing, right)).map((standing) => words[standing])
  return `${holders.slice(0, -1).join(', ')} or ${holders.at(-1)} of this course`
}

/**
 * The standing of a caller. Owners and co-instructors must still be instructors: whoever lost that role keeps his name
 * on the course but none of its rights. A teaching assistant may have any account.
 */
export function standingOf(caller: Pick<Principal, 'role'>, staffRole: StaffRole | undefined): Standing | undefined {
  if (caller.role === 'administrator') return 'administrator'
  if (staffRole === 'teaching-assistant' || caller.role === 'instructor') return staffRole
  return undefined
}
