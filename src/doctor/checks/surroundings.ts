import { type Check, expect, fail, ok, skipped, warn } from '../check.ts'
import type { Patient } from '../patient.ts'
import { size } from '../size.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Mail server, file storage, and how the site looks from outside. */
export const surroundingsChecks: readonly Check[] = [
  ...mailChecks(),
  ...storageChecks(),
  ...siteChecks('domain', 'APP_DOMAIN', ({ config }) => (config.APP_DOMAIN ? `https://${config.APP_DOMAIN}` : '')),
  ...siteChecks('frontend', 'FRONTEND_BASE_URL', ({ config }) => config.FRONTEND_BASE_URL),
  {
    id: 'domain.health',
    meaning: 'The API answers through the proxy under its public name.',
    fix: 'docker compose -f docker-compose.prod.yml logs --tail 50 caddy; curl -v https://$APP_DOMAIN/api/v1/health',
    needs: 'domain.certificate',
    async look({ config, httpStatus }) {
      const status = await httpStatus(`https://${config.APP_DOMAIN}/api/v1/health`)
      return expect(status === 200, `GET /api/v1/health: ${status}`)
    },
  },
  {
    id: 'domain.metrics-hidden',
    meaning: 'Nobody outside reads /metrics: it shows how much is done, and by what.',
    fix: 'Use the Caddyfile of the release (ops/caddy/Caddyfile), which answers 404: scripts/deploy_azure_vm.sh puts it in place.',
    needs: 'domain.certificate',
    async look({ config, httpStatus }) {
      const status = await httpStatus(`https://${config.APP_DOMAIN}/metrics`)
      return expect(status >= 400, `GET /metrics: ${status}`)
    },
  },
]

function mailChecks(): Check[] {
  return [
    {
      id: 'mail.settings',
      meaning: 'A mail server is set in production: without one mails are files that nobody reads.',
      fix: 'Set SMTP_HOST, SMTP_PORT, SMTP_USERNAME, SMTP_PASSWORD and MAIL_FROM in .env and start again.',
      look({ config }) {
        if (config.SMTP_HOST !== '') return ok(`${config.SMTP_HOST}:${config.SMTP_PORT}`)
        const isNeeded = config.ENVIRONMENT === 'production'
        return isNeeded ? fail('SMTP_HOST is empty') : skipped('SMTP_HOST is empty: mails are files in DATA_DIR/mail')
      },
    },
    {
      id: 'mail.reachable',
      meaning: 'The mail server answers, encrypts as SMTP_SECURITY says, and takes the login.',
      fix: 'openssl s_client -starttls smtp -connect $SMTP_HOST:$SMTP_PORT; check user, password and the firewall (587 or 465 outwards)',
      needs: 'mail.settings',
      async look({ config, checkMail }) {
        await checkMail()
        return ok(`a session with ${config.SMTP_SECURITY}${config.SMTP_USERNAME ? ' and login' : ''}`)
      },
    },
    {
      id: 'mail.encryption',
      meaning: 'Mails, and the password of the mail server, do not cross a network in clear.',
      fix: 'Set SMTP_SECURITY=starttls (port 587) or tls (port 465) in .env and start again.',
      needs: 'mail.settings',
      look({ config }) {
        const isLocal = ['localhost', '127.0.0.1', '::1'].includes(config.SMTP_HOST)
        if (config.SMTP_SECURITY !== 'none' || isLocal) return ok(`SMTP_SECURITY is ${config.SMTP_SECURITY}`)
        return config.SMTP_PASSWORD ? fail('the password is sent in clear') : warn('mails are sent in clear')
      },
    },
  ]
}

function storageChecks(): Check[] {
  return [
    {
      id: 'storage.usable',
      needs: 'data-directory.writable',
      meaning: 'Files can be kept: the disk takes one, or the Azure container answers.',
      fix: 'Disk: chown and free space of DATA_DIR/files. Azure: AZURE_STORAGE_CONNECTION_STRING, and port 443 outwards.',
      async look({ config, checkStorage }) {
        await checkStorage()
        return ok(config.STORAGE)
      },
    },
    {
      id: 'storage.free-space',
      needs: 'data-directory.writable',
      meaning: 'Uploads find room above UPLOAD_DISK_RESERVE_MEGABYTES.',
      fix: 'Enlarge the disk, remove what is old, or set STORAGE=azure; then docs/runbooks/disk-full.md',
      async look({ config, fileSystem }) {
        if (config.STORAGE !== 'disk') return skipped('STORAGE is not disk')
        const { freeBytes } = await fileSystem(config.DATA_DIR)
        const room = freeBytes / 1024 ** 2 - config.UPLOAD_DISK_RESERVE_MEGABYTES
        const found = `${size(freeBytes)} free, of which ${config.UPLOAD_DISK_RESERVE_MEGABYTES} MB are kept in reserve`
        if (room <= 0) return fail(found)
        return expect(room >= config.UPLOAD_MAX_MEGABYTES, found, warn)
      },
    },
  ]
}

/** Name, certificate and its end, for the API and for the front end that links in mails lead to. */
function siteChecks(area: string, setting: string, urlOf: (patient: Patient) => string): Check[] {
  const publicUrl = (patient: Patient) => {
    const text = urlOf(patient)
    return text.startsWith('https://') ? new URL(text) : null
  }
  const portOf = (url: URL) => Number(url.port || 443)
  return [
    {
      id: `${area}.dns`,
      meaning: `The name of ${setting} leads to an address.`,
      fix: `Add an A (and AAAA) record for it where the domain is managed; see it with: dig +short NAME`,
      async look(patient) {
        const url = publicUrl(patient)
        if (!url) return skipped(`${setting} is no public https address`)
        const addresses = await patient.resolve(url.hostname)
        return expect(addresses.length > 0, addresses.length > 0 ? addresses.join(', ') : 'no address')
      },
    },
    {
      id: `${area}.https`,
      meaning: `Something at ${setting} answers with TLS.`,
      fix: 'Ports 80 and 443 must be open to the world: curl -v https://NAME; docker compose -f docker-compose.prod.yml ps caddy',
      needs: `${area}.dns`,
      async look(patient) {
        const url = publicUrl(patient)
        if (!url) return skipped(`${setting} is no public https address`)
        await patient.certificate(url.hostname, portOf(url))
        return ok(url.host)
      },
    },
    {
      id: `${area}.certificate`,
      meaning: `What answers at ${setting} has a certificate for that name which browsers accept.`,
      fix: `Ports 80 and 443 must be open to the world; docker compose -f docker-compose.prod.yml logs caddy | grep -i certificate`,
      needs: `${area}.https`,
      async look(patient) {
        const url = publicUrl(patient)
        if (!url) return skipped(`${setting} is no public https address`)
        const { names, refusal } = await patient.certificate(url.hostname, portOf(url))
        return refusal === null ? ok(names) : fail(`${refusal}; it was made out to ${names}`)
      },
    },
    {
      id: `${area}.certificate-expiry`,
      meaning: `The certificate of ${setting} is valid for two more weeks: Caddy renews it 30 days before its end.`,
      fix: `docker compose -f docker-compose.prod.yml logs caddy | grep -i renew; then docs/runbooks/certificate-expires-soon.md`,
      needs: `${area}.https`,
      async look(patient) {
        const url = publicUrl(patient)
        if (!url) return skipped(`${setting} is no public https address`)
        const { expiresAt } = await patient.certificate(url.hostname, portOf(url))
        const days = Math.floor((expiresAt.getTime() - patient.now().getTime()) / DAY_MS)
        const found = `${days} days left`
        if (days < 3) return fail(found)
        return expect(days >= 14, found, warn)
      },
    },
  ]
}
