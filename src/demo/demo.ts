import { assessStudents } from './assessment/assess.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, officeHours, startOfDay } from './calendar.ts'
import { createCatalogue, type DemoCourse } from './catalogue.ts'
import { computingCourses } from './content/computing-courses.ts'
import { generalCourses } from './content/general-courses.ts'
import type { CoursePlan, FilePlan } from './content/lesson-plan.ts'
import { enroll } from './enrollment.ts'
import { auditEvent, logIn, usualDevice } from './logins.ts'
import { createPeople, type People } from './people.ts'
import { createRandom, type Random } from './random.ts'
import { reviewCourses } from './reviewing.ts'
import { type DemoRows, noRows } from './rows.ts'
import { createStudent, type DemoStudent, endHistory, liveDay, type OpenCourses } from './student.ts'

export interface DemoWishes {
  /** The same seed and the same `now` make the same rows. */
  readonly seed: number
  /** The moment at which the history ends. */
  readonly now: Date
  readonly students: number
  readonly historyDays: number
  /** Of everybody: an Argon2id hash in PHC format. */
  readonly passwordHash: string
}

export interface Demo {
  readonly rows: DemoRows
  /** Contents of the files, by name. */
  readonly files: readonly FilePlan[]
  readonly people: People
}

const plans = [...computingCourses, ...generalCourses]

/** A believable institution: courses in every state, people from many places and what they did until `now`. */
export function createDemo(wishes: DemoWishes): Demo {
  const { seed, historyDays } = wishes
  const now = wishes.now.getTime()
  const random = createRandom(seed)
  const rows = noRows()
  const people = createPeople(random, { ...wishes, now }, rows)
  const author = { random, now, historyDays, rows }
  const courses = createCatalogue(author, plans, people.instructors)
  const students = people.students.map((account, index) => createStudent(random, account, index === 0))
  registerAll(random, students, rows)
  const open = openCourses(courses, students)
  for (let day = startOfDay(now) - historyDays * DAY_MS; day <= now; day += DAY_MS) {
    workDay(random, people, { day, now }, rows)
    enrollByStaff(random, students, courses, { day, now }, rows)
    for (const student of students) {
      if (startOfDay(student.registeredAt) <= day) liveDay(random, student, { day, now }, open, rows)
    }
  }
  for (const student of students) endHistory(random, student, now, rows)
  reviewCourses(random, now, rows)
  assessStudents(random, now, rows)
  inOrderOfTime(rows)
  return { rows, people, files: filesOf(plans) }
}

function filesOf(courses: readonly CoursePlan[]): FilePlan[] {
  const lessons = courses.flatMap(({ modules }) => modules.flatMap((module) => module.lessons))
  return lessons.flatMap(({ file }) => (file ? [file] : []))
}

function registerAll(random: Random, students: readonly DemoStudent[], rows: DemoRows): void {
  for (const { account, registeredAt, device } of students) {
    const what = { action: 'user.registered', subject_type: 'user', subject_id: account.id, network: device.network }
    rows.audit_event.push(auditEvent(random, registeredAt, { ...what, actor_id: account.id }))
  }
}

/** Instructors and the administrator look in most working days. */
function workDay(
  random: Random,
  { administrator, instructors }: People,
  { day, now }: { day: number; now: number },
  rows: DemoRows,
): void {
  const weekday = new Date(day).getUTCDay()
  if (weekday === 0 || weekday === 6) return
  for (const account of [administrator, ...instructors]) {
    const at = officeHours(random, day)
    if (!random.chance(0.6) || at + 2 * HOUR_MS > now) continue
    logIn(random, account, { ...usualDevice(random), network: '198.51.100.7' }, { at, minutes: 90 }, rows)
  }
}

/** Mondays, staff enroll everybody who is new in the courses that nobody may choose. */
function enrollByStaff(
  random: Random,
  students: readonly DemoStudent[],
  courses: readonly DemoCourse[],
  { day, now }: { day: number; now: number },
  rows: DemoRows,
): void {
  const at = day + 9 * HOUR_MS
  if (new Date(day).getUTCDay() !== 1 || at > now) return
  for (const course of courses.filter(({ plan, publishedAt }) => plan.byStaffOnly && publishedAt < at)) {
    const { id: actorId } = course.owner
    const newcomers = students.filter((student) => student.registeredAt < at && !isEnrolled(student, course))
    for (const student of newcomers) {
      const origin = { at: at + 5 * MINUTE_MS, source: 'staff', actorId } as const
      student.enrollments.push(enroll(random, student.account, course, origin, rows))
    }
    if (newcomers.length === 0) continue
    const what = { action: 'enrollment.many-made-by-staff', subject_type: 'course', subject_id: course.row.id }
    const details = { rows: newcomers.length, enrolled: newcomers.length }
    rows.audit_event.push(
      auditEvent(random, at + 5 * MINUTE_MS, { ...what, actor_id: actorId, network: '198.51.100.7' }, details),
    )
  }
}

/** What the product would let a student enroll in: seats are counted, prerequisites must be completed. */
function openCourses(courses: readonly DemoCourse[], students: readonly DemoStudent[]): OpenCourses {
  return (student, at) =>
    courses.filter((course) => {
      const { plan, publishedAt, archivedAt, prerequisite } = course
      if (plan.byStaffOnly || at < publishedAt || at >= archivedAt || isEnrolled(student, course)) return false
      if (prerequisite && !student.enrollments.some((one) => one.course === prerequisite && one.completedAt !== null)) {
        return false
      }
      return plan.capacity === undefined || seatsTaken(students, course) < plan.capacity
    })
}

/** Seats of those who left stay empty: days are told person by person, not minute by minute. */
function seatsTaken(students: readonly DemoStudent[], course: DemoCourse): number {
  return students.filter((student) => isEnrolled(student, course)).length
}

function isEnrolled(student: DemoStudent, course: DemoCourse): boolean {
  return student.enrollments.some((one) => one.course === course)
}

const ordered = [
  'session',
  'enrollment',
  'enrollment_event',
  'attempt',
  'attempt_event',
  'submission',
  'grade_event',
  'review',
  'audit_event',
] as const

/** Ids are made in the order of the story of each person; tables hold them in the order of time. */
function inOrderOfTime(rows: DemoRows): void {
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  for (const table of ordered) rows[table].sort(byId)
}
