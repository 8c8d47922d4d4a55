import { appetiteOn, DAY_MS, iso, MINUTE_MS, sittingDown, startOfDay } from './calendar.ts'
import type { DemoCourse, DemoLesson } from './catalogue.ts'
import { type DemoEnrollment, enroll, nextLesson, secondsSpent, settle, study, withdraw } from './enrollment.ts'
import { type Device, logIn, usualDevice } from './logins.ts'
import type { Account } from './people.ts'
import type { Random } from './random.ts'
import type { DemoRows } from './rows.ts'

/** A student, and what that student is like. */
export interface DemoStudent {
  readonly account: Account
  readonly registeredAt: number
  readonly device: Device
  /** How often the wish to learn wins, from 0 to 1. */
  readonly diligence: number
  /** Comes no more from then on. */
  readonly quitsAt: number
  readonly enrollments: DemoEnrollment[]
  readonly days: Map<string, { seconds: number; lessons: number }>
}

/** What a student may enroll in at a moment. */
export type OpenCourses = (student: DemoStudent, at: number) => readonly DemoCourse[]

const GIVES_UP = 0.3
const WANTS_NEXT_COURSE = 0.3
const WANTS_ANOTHER_COURSE = 0.04
const COURSES_AT_ONCE = 2
const LEAVES_COURSE = 0.02
const BREAKS_OFF = 0.12
const PASSES = 0.85

/** `isShown`: the one whose login is printed has something to show. */
export function createStudent(random: Random, account: Account, isShown: boolean): DemoStudent {
  const registeredAt = Date.parse(account.created_at)
  const givesUp = random.chance(GIVES_UP)
  return {
    account,
    registeredAt,
    device: usualDevice(random),
    diligence: isShown ? 0.7 : 0.05 + 0.65 * random.next(),
    quitsAt: givesUp && !isShown ? registeredAt + random.whole(5, 45) * DAY_MS : Infinity,
    enrollments: [],
    days: new Map(),
  }
}

/** One day of a student: perhaps a login, a course begun or left, some lessons. */
export function liveDay(
  random: Random,
  student: DemoStudent,
  { day, now }: { day: number; now: number },
  open: OpenCourses,
  rows: DemoRows,
): void {
  if (day >= student.quitsAt) return
  const isFirst = startOfDay(student.registeredAt) === day
  if (!isFirst && !random.chance(appetiteOn(day) * student.diligence)) return
  const at = isFirst ? student.registeredAt + 2 * MINUTE_MS : sittingDown(random, day)
  const minutes = random.whole(10, 70)
  // A day is complete or not begun: nothing that the future would have to finish.
  if (at + minutes * MINUTE_MS >= Math.min(now, day + DAY_MS)) return
  logIn(random, student.account, student.device, { at, minutes }, rows)
  chooseCourse(random, student, at + MINUTE_MS, open, rows)
  learn(random, student, { from: at + 2 * MINUTE_MS, until: at + minutes * MINUTE_MS }, rows)
}

/** Writes down what the history has come to. */
export function endHistory(random: Random, student: DemoStudent, now: number, rows: DemoRows): void {
  for (const enrollment of student.enrollments) settle(random, enrollment, now, rows)
  for (const [day, { seconds, lessons }] of student.days) {
    rows.learning_day.push({
      user_id: student.account.id,
      day,
      time_spent_seconds: seconds,
      lessons_completed: lessons,
    })
  }
}

function chooseCourse(random: Random, student: DemoStudent, at: number, open: OpenCourses, rows: DemoRows): void {
  const unfinished = student.enrollments.filter((one) => at < one.endsAt && one.completedAt === null)
  const left = unfinished.find(() => random.chance(LEAVES_COURSE))
  if (left) withdraw(random, left, at, rows)
  const isIdle = unfinished.every((one) => nextLesson(one, at) === undefined)
  const isNew = student.enrollments.length === 0
  const wants = isIdle
    ? isNew || random.chance(WANTS_NEXT_COURSE)
    : unfinished.length < COURSES_AT_ONCE && random.chance(WANTS_ANOTHER_COURSE)
  const course = wants ? pickByAppeal(random, open(student, at)) : undefined
  if (!course) return
  const origin = { at, source: 'self', actorId: student.account.id } as const
  student.enrollments.push(enroll(random, student.account, course, origin, rows))
}

function pickByAppeal(random: Random, courses: readonly DemoCourse[]): DemoCourse | undefined {
  let left = random.next() * courses.reduce((sum, course) => sum + course.plan.appeal, 0)
  return courses.find((course) => {
    left -= course.plan.appeal
    return left < 0
  })
}

function learn(
  random: Random,
  student: DemoStudent,
  { from, until }: { from: number; until: number },
  rows: DemoRows,
): void {
  let clock = from
  while (clock < until) {
    const enrollment = random.shuffled(student.enrollments).find((one) => nextLesson(one, clock))
    const lesson = enrollment && nextLesson(enrollment, clock)
    if (!enrollment || !lesson) return
    const wanted = secondsWanted(random, enrollment, lesson)
    const at = Math.min(clock + wanted.seconds * 1000, until, enrollment.endsAt - 1)
    const completes = wanted.completes && at === clock + wanted.seconds * 1000
    study(random, enrollment, lesson, { from: clock, at, completes }, rows)
    addToDay(student, at, Math.floor((at - clock) / 1000), completes ? 1 : 0)
    clock = at + random.whole(20, 120) * 1000
  }
}

/** How long this student stays with a lesson now, and whether that completes it. */
function secondsWanted(random: Random, enrollment: DemoEnrollment, lesson: DemoLesson) {
  const { completion_rule: rule, completion_seconds: needed } = lesson.row
  const usual = Math.round(lesson.minutes * 60 * (0.6 + random.next()))
  if (random.chance(BREAKS_OFF)) return { seconds: Math.min(usual, 90), completes: false }
  if (rule === 'pass') return { seconds: usual, completes: random.chance(PASSES) }
  if (rule === 'mark') return { seconds: usual, completes: true }
  const missing = (needed ?? 0) - secondsSpent(enrollment, lesson)
  return { seconds: Math.max(missing, Math.min(usual, missing + 60), 1), completes: true }
}

function addToDay({ days }: DemoStudent, at: number, seconds: number, lessons: number): void {
  const day = iso(at).slice(0, 10)
  const known = days.get(day) ?? { seconds: 0, lessons: 0 }
  days.set(day, { seconds: known.seconds + seconds, lessons: known.lessons + lessons })
}
