import { button, paragraph } from '#platform/mail/mail-block.ts'
import { defineMail } from '#platform/mail/template.ts'

export const completedMail = defineMail<{ fullName: string | null; courseTitle: string; courseSlug: string }>({
  name: 'progress.course-completed',
  subject: ({ courseTitle }) => `You have completed ${courseTitle}`,
  body: ({ fullName, courseTitle, courseSlug }, { link }) => [
    paragraph(fullName ? `Congratulations, ${fullName}!` : 'Congratulations!'),
    paragraph(
      `You have completed all that “${courseTitle}” requires. What you learnt stays open to you in the course.`,
    ),
    button('Open the course', link(`/courses/${courseSlug}`)),
  ],
})
