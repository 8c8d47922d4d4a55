import { PermanentJobFailure } from '#platform/jobs/job.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import { type Mail, MailError } from './mail.ts'
import { mailsTotal } from './metrics.ts'
import type { MailRenderer, MailTemplate } from './template.ts'

export interface MailerDeps {
  readonly mail: Mail
  readonly render: MailRenderer
  readonly metrics: Metrics
}

export interface Delivery {
  readonly to: string
  /** The same for every attempt of one mail: the id of the job that sends it. */
  readonly messageId: string
  readonly signal: AbortSignal
}

/** Sends a mail made from a template, for a job's handler. */
export type Mailer = <P>(template: MailTemplate<P>, params: P, delivery: Delivery) => Promise<void>

/** A refusal that no retry can change ends the job at once; after any other failure the job tries again. */
export function createMailer({ mail, render, metrics }: MailerDeps): Mailer {
  const count = counter(metrics, mailsTotal)
  return async (template, params, { to, messageId, signal }) => {
    try {
      await mail.send({ to, messageId, ...render(template, params) }, signal)
      count({ outcome: 'sent' })
    } catch (error) {
      const isPermanent = error instanceof MailError && error.isPermanent
      count({ outcome: isPermanent ? 'refused' : 'failed' })
      if (isPermanent) throw new PermanentJobFailure(`The mail ${template.name} was refused`, { cause: error })
      throw error
    }
  }
}
