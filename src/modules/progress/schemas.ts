import { type Static, Type } from 'typebox'
import { ProgressSummary } from '#modules/enrollments/index.ts'
import { nullable } from '#platform/http/nullable.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const oneOf = <const V extends string>(values: readonly V[], description: string) =>
  Type.Unsafe<V>({ type: 'string', enum: [...values], description })

export const LessonState = oneOf(
  ['not-started', 'started', 'completed', 'locked'],
  '`locked`: neither read nor completed; `lock` says why. What is completed is never locked.',
)

export const LessonLock = Type.Object({
  reason: oneOf(['release', 'prerequisite'], 'It opens at `opensAt`, or after the lessons of `missing`.'),
  opensAt: nullable(time),
  missing: Type.Array(Type.Object({ id, title: Type.String() })),
})
export type LessonLock = Static<typeof LessonLock>

export const LessonNeed = Type.Object({
  lessonId: id,
  title: Type.String(),
  needs: oneOf(
    ['mark', 'time', 'pass'],
    '`mark`: the student says that it is done; `time`: more measured time; `pass`: its quiz or assignment.',
  ),
  secondsMissing: nullable(Type.Integer({ description: 'With `time`.' })),
  lock: nullable(LessonLock),
  text: Type.String({ description: 'The same in words.' }),
})
export type LessonNeed = Static<typeof LessonNeed>

export const LessonProgress = Type.Object({
  lessonId: id,
  moduleId: id,
  title: Type.String(),
  type: Type.String(),
  isRequired: Type.Boolean({ description: 'Counts towards the percentage.' }),
  completionRule: oneOf(['mark', 'time', 'pass'], 'What completes it.'),
  state: LessonState,
  lock: nullable(LessonLock),
  timeSpentSeconds: Type.Integer(),
  secondsMissing: nullable(Type.Integer({ description: 'Until measured time completes it.' })),
  startedAt: nullable(time),
  completedAt: nullable(time),
})
export type LessonProgress = Static<typeof LessonProgress>

export const CourseProgress = Type.Object(
  {
    enrollmentId: id,
    courseId: id,
    status: oneOf(['active', 'withdrawn', 'expired'], 'Of the enrollment; only an active one goes on.'),
    ...ProgressSummary.properties,
    explanation: Type.String({ description: 'Why the percentage is what it is, in words.' }),
    remaining: Type.Array(LessonNeed, {
      description: 'Required lessons that are not complete, in the order of the course.',
    }),
    addedSinceCompletion: Type.Array(Type.Object({ lessonId: id, title: Type.String() }), {
      description: 'Lessons that are required only since the course was completed. They take nothing back.',
    }),
    nextLessonId: nullable(
      Type.String({ format: 'uuid', description: 'The first lesson that is open and not complete.' }),
    ),
    lessons: Type.Array(LessonProgress),
  },
  { $id: 'CourseProgress' },
)
export type CourseProgress = Static<typeof CourseProgress>

export const LessonCompletion = Type.Object(
  { lessonId: id, completedAt: time, progress: ProgressSummary },
  { $id: 'LessonCompletion' },
)
export type LessonCompletion = Static<typeof LessonCompletion>

export const HeartbeatAnswer = Type.Object(
  {
    lessonId: id,
    creditedSeconds: Type.Integer({ description: 'What this heartbeat added.' }),
    timeSpentSeconds: Type.Integer({ description: 'In this lesson, in all.' }),
    secondsMissing: nullable(Type.Integer({ description: 'Until measured time completes the lesson.' })),
    completedAt: nullable(time),
    nextHeartbeatSeconds: Type.Integer({ description: 'Beat again after so many seconds while the lesson is open.' }),
    progress: ProgressSummary,
  },
  { $id: 'HeartbeatAnswer' },
)
export type HeartbeatAnswer = Static<typeof HeartbeatAnswer>

export const Dashboard = Type.Object(
  {
    totals: Type.Object({
      activeCourses: Type.Integer(),
      completedCourses: Type.Integer(),
      timeSpentSeconds: Type.Integer(),
    }),
    courses: Type.Array(
      Type.Object({
        enrollmentId: id,
        course: Type.Object({ id, slug: Type.String(), title: Type.String() }),
        percent: Type.Integer(),
        completedLessons: Type.Integer(),
        requiredLessons: Type.Integer(),
        completedAt: nullable(time),
        lastActivityAt: nullable(time),
        expiresAt: nullable(time),
        nextLesson: nullable(Type.Object({ id, title: Type.String(), type: Type.String() })),
      }),
      { description: 'Active enrollments, at most 20, those learnt in last first.' },
    ),
    activity: Type.Array(
      Type.Object({
        day: Type.String({ format: 'date' }),
        timeSpentSeconds: Type.Integer(),
        lessonsCompleted: Type.Integer(),
      }),
      { description: 'The last 30 days (UTC), oldest first, today included.' },
    ),
    streakDays: Type.Integer({
      description: 'Days of learning in a row up to today or yesterday, at most a year.',
    }),
  },
  { $id: 'Dashboard' },
)
export type Dashboard = Static<typeof Dashboard>

export const EnrollmentParams = Type.Object({ enrollmentId: id })
export const LessonParams = Type.Object({ enrollmentId: id, lessonId: id })
