import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import type { Coverage } from '#platform/typesetting/coverage.ts'
import type { CertificatesDeps } from '../deps.ts'
import { typesetCertificate } from '../document/typeset.ts'
import { makeContent } from '../issuing/content.ts'
import { formatNumber } from '../numbers/number.ts'
import type { PreviewBody } from '../schemas.ts'
import type { TemplateCheck } from './template-check.ts'

/** Well formed, and nobody's: whoever verifies it is told so. */
const NUMBER = formatNumber('0'.repeat(16))
const GRADE = 'A (95 %)'

export function createPreview(
  { db, typesetter, verificationBaseUrl, now }: CertificatesDeps,
  requireTemplate: TemplateCheck,
  missingCharacters: Coverage,
) {
  /** A specimen of what the course would issue with this template, for a holder of this name. Stores nothing. */
  async function previewCertificate(
    caller: Principal,
    courseId: string,
    { holderName, ...template }: PreviewBody,
  ): Promise<Uint8Array> {
    const course = await requireCourseRight(db, caller, courseId, 'edit')
    requireTemplate(template)
    const missing = missingCharacters(holderName)
    if (missing.length > 0) {
      const message = `has characters that no font has: ${missing.join(' ')}`
      throw invalidRequest({ errors: [{ pointer: '/body/holderName', message }] })
    }
    const content = makeContent(template, {
      holderName,
      courseTitle: course.title,
      grade: template.showsGrade ? GRADE : null,
      completedAt: now(),
      number: NUMBER,
      verificationUrl: `${verificationBaseUrl}/${NUMBER}`,
    })
    return typesetCertificate(typesetter, { content, credential: '' }, { isSpecimen: true })
  }

  return { previewCertificate }
}
