import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'

/** Hands in every attempt whose time is over. */
export const submitOverdue = defineJob({
  name: 'quizzes.submit-overdue',
  payload: Type.Object({}),
  attempts: 3,
  timeoutSeconds: 300,
})

/** Tells a student what became of an attempt that he did not see himself. */
export const sendResult = defineJob({
  name: 'quizzes.send-result',
  payload: Type.Object({
    attemptId: Type.String(),
    cause: Type.Union([Type.Literal('deadline'), Type.Literal('graded'), Type.Literal('changed')]),
  }),
  attempts: 8,
})

/** Makes the grades of one batch of a quiz's students again, after a change of how they come about. */
export const recordGrades = defineJob({
  name: 'quizzes.record-grades',
  payload: Type.Object({
    quizId: Type.String(),
    afterEnrollmentId: Type.String({ description: 'The last student of the batch before; empty at the beginning.' }),
  }),
  attempts: 8,
})

/** Grades the attempts of one batch of students again, by a key that a regrade has put in force. */
export const regradeAttempts = defineJob({
  name: 'quizzes.regrade-attempts',
  payload: Type.Object({
    regradeId: Type.String(),
    afterEnrollmentId: Type.String({ description: 'The last student of the batch before; empty at the beginning.' }),
  }),
  attempts: 8,
})
