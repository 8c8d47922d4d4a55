import { readFileSync } from 'node:fs'
import { renderSVG } from 'uqr'
import { fonts } from '#platform/typesetting/fonts.ts'
import type { Typesetter } from '#platform/typesetting/typesetter.ts'
import type { CertificateContent } from '../issuing/content.ts'

const source = readFileSync(new URL('./certificate.typ', import.meta.url), 'utf8')
const families = JSON.stringify(fonts.map(({ family }) => family))

/**
 * The certificate as a PDF of one page, with its fonts, a QR code of the address that verifies it, and the signed
 * credential attached. The same content and credential give the same bytes.
 */
export function typesetCertificate(
  typesetter: Typesetter,
  { content, credential }: { readonly content: CertificateContent; readonly credential: string },
  { isSpecimen }: { readonly isSpecimen: boolean } = { isSpecimen: false },
): Promise<Uint8Array> {
  return typesetter.typeset(source, {
    content: JSON.stringify(content),
    credential,
    specimen: isSpecimen ? 'SPECIMEN' : '',
    fonts: families,
    qr: renderSVG(content.verificationUrl, { border: 1 }),
  })
}
