import { button, paragraph } from '#platform/mail/mail-block.ts'
import { defineMail } from '#platform/mail/template.ts'

export interface ResultMail {
  readonly fullName: string | null
  readonly quizTitle: string
  readonly courseTitle: string
  readonly courseSlug: string
  /** By the deadline; otherwise by whoever graded it. */
  readonly isSwept: boolean
  readonly answered: number
  readonly questions: number
  /** Decimals; null: not graded yet, or not shown yet. */
  readonly score: { readonly points: string; readonly possible: string; readonly isPassed: boolean | null } | null
}

export const resultMail = defineMail<ResultMail>({
  name: 'quizzes.result',
  subject: ({ quizTitle, isSwept }) =>
    isSwept ? `Your attempt at ${quizTitle} was handed in` : `Your attempt at ${quizTitle} is graded`,
  body: ({ fullName, quizTitle, courseTitle, courseSlug, isSwept, answered, questions, score }, { link }) => [
    paragraph(fullName ? `Hello ${fullName},` : 'Hello,'),
    paragraph(
      isSwept
        ? `the time of your attempt at “${quizTitle}” in “${courseTitle}” is over. It was handed in with everything you had saved: ${answered} of ${questions} answers.`
        : `your attempt at “${quizTitle}” in “${courseTitle}” has been graded.`,
    ),
    paragraph(
      score
        ? `You have ${score.points} of ${score.possible} points.${score.isPassed === null ? '' : score.isPassed ? ' You have passed.' : ' That is not enough to pass.'}`
        : 'You will see your result in the course as soon as it is there.',
    ),
    button('Open the course', link(`/courses/${courseSlug}`)),
  ],
})
