import type { Installation } from './drills.ts'

const CONTAINER = 'lms-drill-certificate'
const NAME = 'certificate.drill'
/** Beside the probes of the public address: Prometheus reads every file of this pattern. */
const PROBES = '/etc/lms/probes-drill.yml'

/** Caddy signs it by itself, for twelve hours. */
const CADDYFILE = `{
  admin off
  skip_install_trust
}
https://${NAME} {
  tls internal
  respond drill 200
}
`

/** Starts a server whose certificate is about to expire in the probes' network, and has it probed. */
export async function beginCertificateDrill(installation: Installation): Promise<void> {
  const { docker, compose, observability } = installation
  const image = await docker('inspect', '--format', '{{.Config.Image}}', await compose('ps', '--quiet', 'caddy'))
  const network = await networkOfProbes(installation)
  await endCertificateDrill(installation)
  await docker(
    ...['run', '--detach', '--name', CONTAINER, '--network', network, '--network-alias', NAME],
    ...['--env', `CADDYFILE=${CADDYFILE}`, image],
    ...['sh', '-c', 'printf %s "$CADDYFILE" >/tmp/Caddyfile && exec caddy run --config /tmp/Caddyfile'],
  )
  const labels = { environment: 'production', module: 'public_insecure' }
  const probes = JSON.stringify([{ targets: [`https://${NAME}/`], labels }])
  // Caddy needs a moment for its own authority; an address that does not answer yet would be an outage.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  await observability('exec', '-T', '--user', 'root', 'prometheus', 'sh', '-c', `echo '${probes}' >${PROBES}`)
}

export async function endCertificateDrill({ docker, observability }: Installation): Promise<void> {
  await observability('exec', '-T', '--user', 'root', 'prometheus', 'rm', '-f', PROBES)
  const found = await docker('ps', '--all', '--quiet', '--filter', `name=^${CONTAINER}$`)
  if (found) await docker('rm', '--force', found)
}

/** The one in which blackbox_exporter reaches Prometheus. */
async function networkOfProbes({ docker, observability }: Installation): Promise<string> {
  const exporter = await observability('ps', '--quiet', 'blackbox-exporter')
  const format = '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}'
  const names = (await docker('inspect', '--format', format, exporter)).split(' ')
  const name = names.find((one) => one.endsWith('_observability'))
  if (!name) throw new Error(`blackbox-exporter is in no network of the observability stack: ${names.join(', ')}`)
  return name
}
