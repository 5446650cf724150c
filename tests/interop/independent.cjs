// Answers one question in JSON from standard input with wechatpay-axios-plugin, in JSON on standard output.

const { Aes, Formatter, Rsa, Wechatpay } = require('wechatpay-axios-plugin');

const questions = {
  authorization({ header, method, target, body, publicKey }) {
    const said = Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    const message = Formatter.request(method, target, said.timestamp, said.nonce_str, body);
    return { valid: Rsa.verify(message, said.signature, publicKey), said };
  },

  paySign({ appid, request, publicKey }) {
    const message = Formatter.joinedByLineFeed(appid, request.timeStamp, request.nonceStr, request.package);
    return { valid: Rsa.verify(message, request.paySign, publicKey) };
  },

  openNotice({ headers, body, publicKey, apiv3Key }) {
    const message = Formatter.response(headers['Wechatpay-Timestamp'], headers['Wechatpay-Nonce'], body);
    const { resource } = JSON.parse(body);
    return {
      valid: Rsa.verify(message, headers['Wechatpay-Signature'], publicKey),
      plain: JSON.parse(
        Aes.AesGcm.decrypt(resource.ciphertext, apiv3Key, resource.nonce, resource.associated_data),
      ),
    };
  },

  makeNotice({ plain, envelope, originalType, apiv3Key, privateKey, serial, timestamp }) {
    const nonce = Formatter.nonce(12);
    const body = JSON.stringify({
      ...envelope,
      resource_type: 'encrypt-resource',
      resource: {
        original_type: originalType,
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: Aes.AesGcm.encrypt(JSON.stringify(plain), apiv3Key, nonce, originalType),
        associated_data: originalType,
        nonce,
      },
    });
    const signedNonce = Formatter.nonce();
    return {
      body,
      headers: {
        'Wechatpay-Timestamp': String(timestamp),
        'Wechatpay-Nonce': signedNonce,
        'Wechatpay-Serial': serial,
        'Wechatpay-Signature': Rsa.sign(Formatter.response(timestamp, signedNonce, body), privateKey),
        'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
      },
    };
  },

  bill({ file }) {
    return Formatter.castCsvBill(Buffer.from(file, 'base64'));
  },

  async client({ baseURL, mchid, serial, privateKey, certs, wanted, order }) {
    const client = new Wechatpay({
      baseURL, mchid, serial, privateKey, certs, proxy: false, headers: { 'Wechatpay-Serial': wanted },
    });
    const placed = await client.chain('v3/pay/transactions/jsapi').post(order);
    const asked = { params: { mchid }, out_trade_no: order.out_trade_no };
    const found = await client.chain('v3/pay/transactions/out-trade-no/{out_trade_no}').get(asked);
    const closing = { out_trade_no: order.out_trade_no };
    const closed = await client.chain('v3/pay/transactions/out-trade-no/{out_trade_no}/close').post({ mchid }, closing);
    return { prepay_id: placed.data.prepay_id, trade_state: found.data.trade_state, closed: closed.status };
  },
};

async function main() {
  let input = '';
  for await (const chunk of process.stdin) input += chunk;
  const { question, ...given } = JSON.parse(input);
  process.stdout.write(JSON.stringify(await questions[question](given)));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
