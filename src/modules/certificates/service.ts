import { createCoverage } from '#platform/typesetting/coverage.ts'
import type { CertificatesDeps } from './deps.ts'
import { createDocumentStore } from './document/document-store.ts'
import { createDownload } from './document/download.ts'
import { createRendering } from './document/rendering.ts'
import { createEnding } from './ending/ending.ts'
import { createIssuingByStaff } from './issuing/by-staff.ts'
import { createIssuing } from './issuing/issuing.ts'
import { createReading } from './reading.ts'
import { createPreview } from './settings/preview.ts'
import { createSettings } from './settings/settings.ts'
import { createTemplateCheck } from './settings/template-check.ts'
import { createSigningKeys } from './signing/keys.ts'
import { createKeyRotation } from './signing/rotation.ts'
import { createVerifying } from './verification/verifying.ts'

export type Certificates = ReturnType<typeof createCertificates>

/** All that can be done with certificates; each part is a file of its own. */
export function createCertificates(deps: CertificatesDeps) {
  const keys = createSigningKeys(deps)
  const documents = createDocumentStore(deps.openStorage)
  const missingCharacters = createCoverage()
  const requireTemplate = createTemplateCheck(missingCharacters)
  const issuing = createIssuing(deps, keys)
  return {
    issuerName: deps.issuer.name,
    ...issuing,
    ...createSettings(deps, requireTemplate),
    ...createPreview(deps, requireTemplate, missingCharacters),
    ...createIssuingByStaff(deps, issuing),
    ...createRendering(deps, documents, missingCharacters),
    ...createDownload(deps, documents),
    ...createEnding(deps, issuing),
    ...createReading(deps),
    ...createVerifying(deps),
    ...createKeyRotation(deps, keys),
  }
}
