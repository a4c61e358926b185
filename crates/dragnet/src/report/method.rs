//! How it works, in plain words, and what it cannot do. A reader who must act
//! on the report, or answer for it, needs no other document.

use super::figures::Figures;
use super::words::{clean, grouped, percent};
use maud::{Markup, html};

/// What the input could not give.
pub(super) fn missing(figures: &Figures) -> Markup {
    let missing = &figures.input.findings.missing;
    html! {
        section #missing {
            h2 { "What the log lacks" }
            @if missing.is_empty() {
                p { "The log has every column that Dragnet draws signals from." }
            } @else {
                p { "Campaigns are recognised by what their accounts have in common. These signals could not be drawn from this log, and what they would have shown stays unseen:" }
                ul.missing { @for signal in missing { li { bdi { (clean(signal, 400)) } } } }
            }
        }
    }
}

/// Method, reading help and limits.
pub(super) fn section(figures: &Figures) -> Markup {
    html! {
        section #method {
            h2 { "How it works" }
            (steps())
            h3 { "How to read the numbers" }
            (reading(figures))
            h3 { "What this report cannot tell" }
            (limits(figures))
            @if !figures.factories.is_empty() {
                h3 { "What to do with it" }
                (next_steps())
            }
        }
    }
}

fn steps() -> Markup {
    html! {
        p {
            "Many people share an address, a device or a busy hour: a campus, a mobile carrier, an office, a viral day. "
            "So sharing something, or signing up in a burst, is never evidence by itself. What gives a factory away is "
            "that behind the shared thing everything else is too alike, too rare or too regular as well."
        }
        ol.steps {
            li { strong { "Signals. " } "From every sign-up Dragnet notes what it shows: the provider and shape of the e-mail address, the shape of the handle, the network, the device, the browser and its TLS client, the phone block, how the CAPTCHA was passed, the hour." }
            li { strong { "Groups. " } "It looks at every group of sign-ups that share a resource, such as a network, and also a behaviour, such as a shape of handle." }
            li { strong { "Comparison. " } "For each group it works out how many sign-ups would be in it if the users of that resource behaved like everyone else in their country. The group’s own members are left out of “everyone else”, so a large campaign cannot pass for normal." }
            li { strong { "Selection. " } "A group counts only if it is far larger than expected, by a limit that allows for how many groups were looked at." }
            li { strong { "Campaigns. " } "Groups that overlap strongly become one campaign. A single shared account never joins two." }
            li { strong { "Organisations. " } "Groups that look like a company or a school enrolling its own people are set apart." }
            li { strong { "Risk and signature. " } "Each account and campaign gets a risk, and each campaign, where possible, a short rule that recognises it, tested against all other sign-ups." }
        }
    }
}

fn reading(figures: &Figures) -> Markup {
    html! {
        dl.reading {
            dt { "Risk" }
            dd { "The probability, between 0 and 1, that a factory opened the account, or all accounts of the campaign. Of a hundred campaigns with risk 0.9, about ninety should be factories’." }
            dt { "Seen and expected" }
            dd { "How many sign-ups the group has, and how many it would have by the comparison above. The bars are on a logarithmic scale: equal steps are equal multiples, so a bar twice as long stands for far more than twice as many." }
            dt { "By chance" }
            dd { "How often chance alone would make so large a group, were the comparison right. It is not the probability that the accounts are innocent; that is what risk is for." }
            dt { "Signature" }
            dd { "All its conditions must hold. Its false-positive rate is measured on the background: the sign-ups of this log that are in no campaign." }
            @if let Some(sample) = figures.input.run.sample {
                dt { "Sample" }
                dd { "This log was looked at in windows of time. Accounts, times and risks are those of all of it; reasons and signatures count a sample of " (grouped(sample)) " sign-ups, on which campaigns were put together across windows." }
            }
            dt { "Estimated fraudulent share" }
            dd { "Of all sign-ups in the log, including fraudulent ones in no named campaign. It can therefore exceed the accounts listed; the interval holds the true share nine times in ten, if this log resembles those that Dragnet was calibrated on." }
            dt { "Times" }
            dd { "All times and days are UTC." }
        }
    }
}

fn limits(figures: &Figures) -> Markup {
    html! {
        ul {
            li { strong { "Some accounts listed here are people. " } (false_alarms(figures)) }
            li { strong { "Some factories are not listed. " } "Campaigns that are small, slow, or careful enough to vary everything that the log records are missed, and those without a name are in no count of campaigns." }
            li { strong { "It does not say who. " } "Accounts are shown to belong together. Nothing here names the person or group that opened them." }
            li { strong { "Where people come from is not evidence. " } "Country or language alone never makes a campaign." }
            li { strong { "It sees only this log. " } "A clock that was wrong, a proxy that hid addresses, or a column taken for another distorts what is seen." }
        }
    }
}

fn false_alarms(figures: &Figures) -> Markup {
    html! {
        @match figures.false_alarms {
            Some(people) if !figures.factories.is_empty() => {
                "By the risks given, about " (grouped(people.round() as u64)) " of the " (grouped(figures.accounts))
                " accounts in campaigns (" (percent(people / figures.accounts.max(1) as f64)) ") are false alarms. "
                "On a platform unlike those that Dragnet was calibrated on, it may be more."
            }
            _ => "A risk below 1 means what it says: among many accounts of risk 0.9, one in ten is a person’s.",
        }
    }
}

fn next_steps() -> Markup {
    html! {
        ol.steps {
            li { "Start with the riskiest campaigns. Read the reasons, look at the sample accounts, and ask " code { "dragnet explain" } " for the sign-ups behind a figure." }
            li { "Let a person decide before accounts are closed, and leave a way to appeal. Below a risk of 0.9, challenge rather than close." }
            li { "Try a signature on live sign-ups without acting on it first, and watch what it matches." }
            li { "Scan again with the earlier results at hand: campaigns keep their ids, and you see what came back." }
        }
    }
}
