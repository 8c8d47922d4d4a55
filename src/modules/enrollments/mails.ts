import { button, paragraph, smallPrint } from '#platform/mail/mail-block.ts'
import { defineMail } from '#platform/mail/template.ts'

export const welcomeMail = defineMail<{
  fullName: string | null
  courseTitle: string
  courseSlug: string
  endsOn: string | null
}>({
  name: 'enrollments.welcome',
  subject: ({ courseTitle }) => `You are enrolled in ${courseTitle}`,
  body: ({ fullName, courseTitle, courseSlug, endsOn }, { link }) => [
    paragraph(fullName ? `Hello ${fullName},` : 'Hello,'),
    paragraph(`you are now enrolled in “${courseTitle}”. Begin whenever you like: your progress is kept.`),
    button('Open the course', link(`/courses/${courseSlug}`)),
    ...(endsOn ? [smallPrint(`Your enrollment ends on ${endsOn} (UTC).`)] : []),
  ],
})
