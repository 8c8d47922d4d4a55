import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'

/** Tells a student that a grade can be seen. */
export const gradeReleased = defineJob({
  name: 'assignments.grade-released',
  payload: Type.Object({ submissionId: Type.String() }),
  attempts: 8,
})

/** Tells a student that he may hand in again, and why. */
export const submissionReopened = defineJob({
  name: 'assignments.submission-reopened',
  payload: Type.Object({ submissionId: Type.String(), reason: Type.String() }),
  attempts: 8,
})

/** Finds who must be reminded of an assignment that is due within a day; each student once for each assignment. */
export const remindOfDue = defineJob({
  name: 'assignments.remind-of-due',
  payload: Type.Object({}),
  attempts: 3,
})

/** Reminds one student. */
export const sendReminder = defineJob({
  name: 'assignments.send-reminder',
  payload: Type.Object({ lessonId: Type.String(), enrollmentId: Type.String(), dueAt: Type.String() }),
  attempts: 8,
})

/** Finds for whom submissions wait to be graded. */
export const announceWaiting = defineJob({
  name: 'assignments.announce-waiting',
  payload: Type.Object({}),
  attempts: 3,
})

/** Tells one grader what waits in his courses. */
export const sendDigest = defineJob({
  name: 'assignments.send-digest',
  payload: Type.Object({ userId: Type.String() }),
  attempts: 8,
})

export const assignmentJobs = [
  gradeReleased,
  submissionReopened,
  remindOfDue,
  sendReminder,
  announceWaiting,
  sendDigest,
] as const
