import { button, list, paragraph } from '#platform/mail/mail-block.ts'
import { defineMail } from '#platform/mail/template.ts'

export interface SubmissionMail {
  /** Null: the address is not verified. */
  readonly fullName: string | null
  readonly title: string
  readonly courseTitle: string
  readonly lessonId: string
}

const greeting = (fullName: string | null) => paragraph(fullName ? `Hello ${fullName},` : 'Hello,')

export const gradedMail = defineMail<SubmissionMail>({
  name: 'assignments.graded',
  subject: ({ title }) => `“${title}” has been graded`,
  body: ({ fullName, title, courseTitle, lessonId }, { link }) => [
    greeting(fullName),
    paragraph(`what you handed in for “${title}” in “${courseTitle}” has been graded.`),
    button('See the grade', link(`/lessons/${lessonId}`)),
  ],
})

export const reopenedMail = defineMail<SubmissionMail & { reason: string }>({
  name: 'assignments.reopened',
  subject: ({ title }) => `You may hand in “${title}” again`,
  body: ({ fullName, title, courseTitle, lessonId, reason }, { link }) => [
    greeting(fullName),
    paragraph(`the staff of “${courseTitle}” ask you to hand in “${title}” once more. They say:`),
    paragraph(reason),
    button('Hand in again', link(`/lessons/${lessonId}`)),
  ],
})

export const reminderMail = defineMail<SubmissionMail & { due: string }>({
  name: 'assignments.reminder',
  subject: ({ title }) => `“${title}” is due soon`,
  body: ({ fullName, title, courseTitle, lessonId, due }, { link }) => [
    greeting(fullName),
    paragraph(`“${title}” in “${courseTitle}” is due on ${due}, and you have not handed in anything yet.`),
    button('Hand in', link(`/lessons/${lessonId}`)),
  ],
})

export const digestMail = defineMail<{
  fullName: string | null
  total: number
  courses: readonly { readonly title: string; readonly waiting: number }[]
}>({
  name: 'assignments.digest',
  subject: ({ total }) =>
    total === 1 ? 'One submission waits to be graded' : `${total} submissions wait to be graded`,
  body: ({ fullName, courses }, { link }) => [
    greeting(fullName),
    paragraph('this waits to be graded in your courses:'),
    list(courses.map(({ title, waiting }) => `“${title}”: ${waiting}`)),
    button('Grade', link('/grading')),
  ],
})
