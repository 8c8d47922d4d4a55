import { defineProblem } from '#platform/problem/problem.ts'

export const timeNeeded = defineProblem<{ secondsSpent: number; secondsNeeded: number }>({
  code: 'progress/time-needed',
  status: 409,
  title: 'More time needed',
  advice: 'Keep the lesson open and send heartbeats: it is completed by itself after `secondsMissing` more seconds.',
  detail: ({ secondsSpent, secondsNeeded }) =>
    `This lesson is complete after ${secondsNeeded} seconds; ${secondsSpent} have been measured.`,
  extensions: ({ secondsSpent, secondsNeeded }) => ({
    secondsSpent,
    secondsNeeded,
    secondsMissing: secondsNeeded - secondsSpent,
  }),
})

export const passNeeded = defineProblem<{ lessonType: string }>({
  code: 'progress/pass-needed',
  status: 409,
  title: 'A pass is needed',
  advice: 'Nobody can mark this lesson as done: pass what is in it.',
  detail: ({ lessonType }) =>
    lessonType === 'quiz' || lessonType === 'assignment'
      ? `This lesson is complete when its ${lessonType} is passed.`
      : 'This lesson is complete when it is passed.',
  extensions: ({ lessonType }) => ({ lessonType }),
})
