import { deriveKey } from '#platform/secrets/derive-key.ts'
import { createSecretBox, type SecretBox } from '#platform/secrets/secret-box.ts'

/** Seals TOTP secrets; the context of each is the id of its owner. */
export function createTotpBox(secretKey: string): SecretBox {
  return createSecretBox(deriveKey(secretKey, 'totp-secret'))
}
