import { counter } from '#platform/metrics/metrics.ts'
import type { CertificatesDeps } from '../deps.ts'
import { certificateVerificationsTotal } from '../metrics.ts'
import { formatNumber, readNumber } from '../numbers/number.ts'
import { certificateNotFound, numberMistyped } from '../problems.ts'
import { selectByNumber } from '../queries.ts'
import type { Verification } from '../schemas.ts'
import { toVerification } from '../to-certificate.ts'

export function createVerifying({ db, metrics }: CertificatesDeps) {
  const count = counter(metrics, certificateVerificationsTotal)

  /** What everybody may know of the certificate with this number, as somebody has typed it. */
  async function verify(typed: string): Promise<Verification> {
    const read = readNumber(typed)
    if ('mistake' in read) {
      count({ answer: 'mistyped' })
      throw numberMistyped(read)
    }
    const row = await selectByNumber(db, read.number)
    if (!row) {
      count({ answer: 'unknown' })
      throw certificateNotFound({ number: formatNumber(read.number) })
    }
    const verification = toVerification(row)
    count({ answer: verification.status })
    return verification
  }

  return { verify }
}
