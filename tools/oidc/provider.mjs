// An OIDC provider on this machine, by a certified library, for the tests: it says its
// address, reads where it sends people back to, and ends with its input.
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import readline from 'node:readline';

const [, , modules, alg, where] = process.argv;
const { default: Provider } = await import(`${modules}/oidc-provider/lib/index.js`);

const people = {
  anna: { preferred_username: 'Anna', groups: ['staff', 'fraud'] },
  ben: { preferred_username: 'ben@example.com', groups: ['staff'] },
  carl: { preferred_username: 'carl', groups: ['guests'] },
};
const key = (kind, options) => generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' });
const keys = [key('rsa', { modulusLength: 2048 }), key('ec', { namedCurve: 'P-256' }), key('ed25519')];

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  console.log(issuer);
  const lines = readline.createInterface({ input: process.stdin });
  lines.once('line', (back) => {
    const provider = new Provider(issuer, {
      clients: [{
        client_id: 'dragnet',
        client_secret: 'a secret: 100% & more',
        redirect_uris: [back],
        id_token_signed_response_alg: alg,
      }],
      claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
      // Where the claims are told: with the ID token, or only to those who ask.
      conformIdTokenClaims: where === 'userinfo',
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
      features: { devInteractions: { enabled: true } },
      findAccount: (context, id) =>
        people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
      jwks: { keys },
      cookies: { keys: ['of a test'] },
      pkce: { required: () => true },
      ttl: { Session: 600, Interaction: 600, Grant: 600, IdToken: 600, AccessToken: 600 },
    });
    server.on('request', provider.callback());
    console.log('ready');
  });
  lines.once('close', () => process.exit(0));
});
