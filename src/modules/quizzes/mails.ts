import { button, paragraph } from '#platform/mail/mail-block.ts'
import { defineMail } from '#platform/mail/template.ts'

export interface ResultMail {
  readonly fullName: string | null
  readonly quizTitle: string
  readonly courseTitle: string
  readonly courseSlug: string
  /** Handed in by the deadline, graded by a person, or graded again. */
  readonly cause: 'deadline' | 'graded' | 'changed'
  readonly answered: number
  readonly questions: number
  /** Decimals; null: not graded yet, or not shown yet. */
  readonly score: { readonly points: string; readonly possible: string; readonly isPassed: boolean | null } | null
}

export const resultMail = defineMail<ResultMail>({
  name: 'quizzes.result',
  subject: ({ quizTitle, cause }) => subjects[cause](quizTitle),
  body: ({ fullName, quizTitle, courseTitle, courseSlug, cause, answered, questions, score }, { link }) => [
    paragraph(fullName ? `Hello ${fullName},` : 'Hello,'),
    paragraph(
      `${openings[cause](`“${quizTitle}” in “${courseTitle}”`)}${cause === 'deadline' ? ` ${answered} of ${questions} answers.` : ''}`,
    ),
    paragraph(
      score
        ? `You have ${score.points} of ${score.possible} points.${score.isPassed === null ? '' : score.isPassed ? ' You have passed.' : ' That is not enough to pass.'}`
        : 'You will see your result in the course as soon as it is there.',
    ),
    button('Open the course', link(`/courses/${courseSlug}`)),
  ],
})

const subjects: Record<ResultMail['cause'], (quizTitle: string) => string> = {
  deadline: (quizTitle) => `Your attempt at ${quizTitle} was handed in`,
  graded: (quizTitle) => `Your attempt at ${quizTitle} is graded`,
  changed: (quizTitle) => `Your result of ${quizTitle} has changed`,
}

const openings: Record<ResultMail['cause'], (quiz: string) => string> = {
  deadline: (quiz) => `the time of your attempt at ${quiz} is over. It was handed in with everything you had saved:`,
  graded: (quiz) => `your attempt at ${quiz} has been graded.`,
  changed: (quiz) => `your attempt at ${quiz} was graded again, and your result has changed.`,
}
