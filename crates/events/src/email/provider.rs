//! What providers ignore in an address. A rule stands here only if the
//! provider, or a published normaliser, documents it: a wrong rule would make
//! one person out of two.

mod domains;

use domains::DOMAINS;

/// Whose rules a domain follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provider {
    /// Dots, `+tag`, and googlemail.com for gmail.com are all ignored:
    /// <https://support.google.com/mail/answer/7436150>,
    /// <https://support.google.com/mail/answer/22370>,
    /// <https://support.google.com/mail/answer/10313>. Google's customers with
    /// their own domain have other rules, and are not here.
    Google,
    /// `+tag` since 2013; outlook.com and hotmail.com are different mailboxes:
    /// <https://learn.microsoft.com/en-us/exchange/recipients-in-exchange-online/plus-addressing-in-exchange-online>.
    Microsoft,
    /// Disposable addresses `base-keyword`; a Yahoo name itself has no hyphen:
    /// <https://help.yahoo.com/kb/SLN28815.html>, and MaxMind's rule.
    Yahoo,
    /// `+tag`; the address under proton.me, protonmail.com, protonmail.ch and
    /// pm.me is the same person's: <https://proton.me/support/addresses-and-aliases>.
    /// Dots, hyphens and underscores are ignored, as Proton's staff confirmed:
    /// <https://www.sindastra.de/p/1775/protonmail-dots-hyphens-and-underscores>.
    Proton,
    /// `+tag`, and `tag@name.fastmail.com` for `name@fastmail.com`:
    /// <https://www.fastmail.help/hc/en-us/articles/360060591053>.
    Fastmail,
    /// `+tag` (received, though not documented), and me.com or mac.com for
    /// icloud.com: <https://support.apple.com/118230>.
    Apple,
    /// `+tag`, and every Yandex domain leads to one mailbox:
    /// <https://yandex.com/support/id/authorization/email.html>.
    Yandex,
    /// `+tag` and nothing else, such as Zoho.
    Plus,
}

/// The canonical mailbox, where it differs from `local@domain`.
pub(super) fn mailbox(local: &str, domain: &str) -> Option<String> {
    if let Some((name, home)) = subdomain_addressing(domain) {
        return Some([name, "@", home].concat());
    }
    let provider = provider(domain)?;
    // What needs quotes is no mailbox of these providers.
    if local.starts_with('"') {
        return None;
    }
    let base = provider.base(local);
    let home = provider.home(domain);
    let ignored = provider.ignored();
    if base.len() == local.len() && home == domain && !base.contains(ignored) {
        return None;
    }
    let mut mailbox = String::with_capacity(base.len() + 1 + home.len());
    mailbox.extend(base.split(ignored));
    if mailbox.is_empty() {
        // A name of dots alone: keep it, rather than merge all such names.
        mailbox.push_str(base);
    }
    mailbox.push('@');
    mailbox.push_str(home);
    Some(mailbox)
}

pub(super) fn has_tag(local: &str, domain: &str) -> bool {
    if local.starts_with('"') {
        return false;
    }
    if subdomain_addressing(domain).is_some() {
        return true;
    }
    provider(domain).unwrap_or(Provider::Plus).base(local).len() < local.len()
}

fn provider(domain: &str) -> Option<Provider> {
    let found = DOMAINS.binary_search_by(|(known, _)| (*known).cmp(domain)).ok()?;
    Some(DOMAINS[found].1)
}

/// `name.fastmail.com` is the mailbox `name` at `fastmail.com`.
fn subdomain_addressing(domain: &str) -> Option<(&str, &str)> {
    let (name, home) = domain.split_once('.')?;
    // Most domains have one dot, and are done here.
    memchr::memchr(b'.', home.as_bytes())?;
    (provider(home)? == Provider::Fastmail).then_some((name, home))
}

impl Provider {
    /// The local part without its tag. A sign in front marks no tag: nothing
    /// would be left of the name.
    fn base(self, local: &str) -> &str {
        let sign = if self == Self::Yahoo { b'-' } else { b'+' };
        match memchr::memchr(sign, local.as_bytes()) {
            Some(at) if at > 0 => &local[..at],
            _ => local,
        }
    }

    fn ignored(self) -> &'static [char] {
        match self {
            Self::Google => &['.'],
            Self::Proton => &['.', '-', '_'],
            _ => &[],
        }
    }

    fn home(self, domain: &str) -> &str {
        match self {
            Self::Google => "gmail.com",
            Self::Proton => "proton.me",
            Self::Apple => "icloud.com",
            Self::Yandex => "yandex.ru",
            _ => domain,
        }
    }
}
