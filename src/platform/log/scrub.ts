const REDACTED = '[redacted]'
const DEPTH_MAX = 6

/** Field names, without case, dashes and underscores, whose value is never shown. */
const secretName =
  /^(password|newpassword|currentpassword|passwordhash|secret|secretkey|token|accesstoken|refreshtoken|setuptoken|authorization|cookie|setcookie|apikey|credential|credentials|recoverycode|recoverycodes|totp|totpcode|sig|signature|connectionstring|smtppassword|databaseurl|redisurl|dsn)$/

const patterns: readonly (readonly [RegExp, string])[] = [
  // JSON web tokens.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, REDACTED],
  // `Bearer` and `Basic` credentials.
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // Passwords inside connection addresses.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]+@/gi, `$1:${REDACTED}@`],
  // Values of query parameters that carry secrets.
  [/([?&;](?:token|code|sig|signature|password|key|secret)=)[^&\s"']+/gi, `$1${REDACTED}`],
  // Mail addresses: personal data.
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, '[mail address]'],
]

/** A copy of `value` without secrets and mail addresses, by field name and by shape; depth is bounded. */
export function scrub<T>(value: T, depthMax = DEPTH_MAX): T {
  return scrubValue(value, depthMax) as T
}

function scrubValue(value: unknown, depthLeft: number): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  if (depthLeft <= 0) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, depthLeft - 1))
  if (value instanceof Error) return value
  const clean: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) {
    clean[name] =
      isSecretName(name) && field !== undefined && field !== null ? REDACTED : scrubValue(field, depthLeft - 1)
  }
  return clean
}

function isSecretName(name: string): boolean {
  return secretName.test(name.replaceAll(/[-_]/g, '').toLowerCase())
}

function scrubText(text: string): string {
  // Cheap test first: most texts hold none of the characters that every pattern needs.
  if (!/[@=.: ]/.test(text)) return text
  let clean = text
  for (const [pattern, replacement] of patterns) clean = clean.replaceAll(pattern, replacement)
  return clean
}
