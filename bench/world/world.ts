import { ENROLLMENTS_PER_STUDENT, LESSONS_DONE, LESSONS_PER_COURSE, type Size } from './sizes.ts'

const kinds = { instructor: 1, student: 2, course: 3, module: 4, lesson: 5, enrollment: 6, event: 7 } as const
type Kind = keyof typeof kinds

const DAY_MS = 24 * 60 * 60 * 1000
/** The first day of the history; enrollments are spread over the year before `END`. */
const START = Date.UTC(2025, 10, 24)
const END = START + 365 * DAY_MS
/** Shares no divisor with any number of students: students enroll in an order that looks shuffled. */
const STRIDE = 7_919

export interface EnrollmentRef {
  readonly id: string
  readonly student: number
  readonly course: number
  readonly enrolledAt: number
}

/** What is in the database, computed from numbers: millions of rows need no memory, and requests need no queries. */
export interface World {
  readonly size: Size
  readonly instructors: number
  instructorId(n: number): string
  studentId(n: number): string
  studentEmail(n: number): string
  courseId(n: number): string
  coursePublishedAt(n: number): number
  moduleId(course: number, n: number): string
  lessonId(course: number, n: number): string
  enrollment(n: number): EnrollmentRef
  eventId(enrollment: number): string
  /** The n-th pair of an enrollment and a lesson that it has not done; neighbours belong to different students. */
  openLesson(n: number): { enrollment: EnrollmentRef; lessonId: string }
  readonly openLessons: number
}

export function createWorld(size: Size): World {
  const { courses, students } = size
  const enrollments = students * ENROLLMENTS_PER_STUDENT
  const step = courses / ENROLLMENTS_PER_STUDENT
  if (!Number.isInteger(step)) throw new Error(`${courses} courses cannot be shared out among the students evenly.`)
  const coursePublishedAt = (n: number) => START - 60 * DAY_MS + Math.floor((n * 50 * DAY_MS) / courses)

  function enrollment(n: number): EnrollmentRef {
    const round = Math.floor(n / students)
    const student = ((n % students) * STRIDE) % students
    const course = (student + round * step) % courses
    const enrolledAt = START + Math.floor((n * (END - START - 30 * DAY_MS)) / enrollments)
    return { id: idOf('enrollment', n, enrolledAt), student, course, enrolledAt }
  }

  return {
    size,
    instructors: Math.max(1, courses / 4),
    instructorId: (n) => idOf('instructor', n, START - 90 * DAY_MS + n),
    studentId: (n) => idOf('student', n, START - 30 * DAY_MS + n),
    studentEmail: (n) => `student${n}@example.org`,
    courseId: (n) => idOf('course', n, coursePublishedAt(n)),
    coursePublishedAt,
    moduleId: (course, n) => idOf('module', course * 4 + n, coursePublishedAt(course)),
    lessonId: (course, n) => idOf('lesson', course * LESSONS_PER_COURSE + n, coursePublishedAt(course) + n),
    enrollment,
    eventId: (n) => idOf('event', n, enrollment(n).enrolledAt),
    openLessons: enrollments * (LESSONS_PER_COURSE - LESSONS_DONE),
    openLesson(n) {
      const one = enrollment(n % enrollments)
      const lesson = LESSONS_DONE + (Math.floor(n / enrollments) % (LESSONS_PER_COURSE - LESSONS_DONE))
      return { enrollment: one, lessonId: idOfLesson(one.course, lesson) }
    },
  }

  function idOfLesson(course: number, n: number): string {
    return idOf('lesson', course * LESSONS_PER_COURSE + n, coursePublishedAt(course) + n)
  }
}

/** A UUIDv7 of the moment whose random part is a function of what it names. */
function idOf(kind: Kind, n: number, at: number): string {
  const time = at.toString(16).padStart(12, '0')
  const a = mix(n * 8 + kinds[kind])
  const b = mix(a ^ 0x9e3779b9)
  const c = mix(b + n)
  const variant = (0x8 | (a & 0x3)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(a, 3)}-${variant}${hex(b, 3)}-${hex(c, 8)}${hex(b >>> 12, 4)}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(8, '0').slice(-digits)
}

/** A bijection of 32-bit numbers (the finaliser of MurmurHash3): different inputs never collide. */
function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
