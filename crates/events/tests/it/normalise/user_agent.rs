//! User agents: families, versions, platforms, and the clients of scripts.

use events::UserAgent;
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn check(agents: &str, expected: Expect) {
    let lines: String = agents
        .lines()
        .map(|text| {
            let agent = UserAgent::parse(text);
            let mobile = if agent.is_mobile { ", mobile" } else { "" };
            format!(
                "{} {} on {} ({:?}{mobile})\n",
                agent.family, agent.major, agent.platform, agent.client
            )
        })
        .collect();
    expected.assert_eq(&lines);
}

#[test]
fn browsers_of_today() {
    check(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15
Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1
Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1
Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0
Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 YaBrowser/24.6.0.0 Safari/537.36
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 OPR/110.0.0.0
Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko
Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18
Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
        expect![[r#"
            Chrome 126 on Windows (Browser)
            Edge 126 on Windows (Browser)
            Safari 17 on macOS (Browser)
            Safari 17 on iOS (Browser, mobile)
            Chrome 126 on iOS (Browser, mobile)
            Firefox 127 on Linux (Browser)
            Chrome 126 on Android (Browser, mobile)
            Samsung Internet 25 on Android (Browser, mobile)
            Yandex Browser 24 on Windows (Browser)
            Opera 110 on Windows (Browser)
            Chrome 126 on ChromeOS (Browser)
            Internet Explorer 11 on Windows (Browser)
            Opera 12 on Windows (Browser)
            Chrome 120 on Android (Browser, mobile)
        "#]],
    );
}

#[test]
fn web_views_inside_apps() {
    check(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/470.0.0.40.77;FBBV/615085282]
Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 337.0.0.28.87
Mozilla/5.0 (Linux; Android 13; V2206 Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36
Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148
Mozilla/5.0 (Linux; Android 12; M2102J20SG) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.49",
        expect![[r#"
            Facebook 470 on iOS (InApp, mobile)
            Instagram 337 on iOS (InApp, mobile)
            WebView 125 on Android (InApp, mobile)
            WebView 0 on iOS (InApp, mobile)
            WeChat 8 on Android (InApp, mobile)
        "#]],
    );
}

#[test]
fn what_scripts_and_apps_send() {
    check(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36
okhttp/4.12.0
python-requests/2.31.0
curl/8.5.0
Go-http-client/2.0
Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A.220624.014)
MyApp/5.2 (iPhone; iOS 17.1)
com.example.app/12 CFNetwork/1494.0.7 Darwin/23.4.0
Python/3.11 aiohttp/3.9.1
axios/1.6.7
node
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (compatible; ExampleBot/1.0)
Shop v3
-
",
        expect![[r#"
            HeadlessChrome 126 on Linux (Headless)
            okhttp 4 on Other (Library)
            python-requests 2 on Other (Library)
            curl 8 on Other (Library)
            Go-http-client 2 on Other (Library)
            Dalvik 2 on Android (Library, mobile)
            MyApp 5 on iOS (App, mobile)
            com.example.app 12 on Apple (App)
            Python 3 on Other (Library)
            axios 1 on Other (Library)
            node 0 on Other (Library)
            Googlebot 2 on Other (Crawler)
            Crawler 0 on Other (Crawler)
            Other 0 on Other (Unknown)
            Other 0 on Other (Unknown)
        "#]],
    );
}

#[test]
fn the_text_is_kept_as_sent() {
    assert_eq!(&*UserAgent::parse(" curl/8.5.0 ").text, "curl/8.5.0");
    assert_eq!(UserAgent::parse(&"é".repeat(5_000)).text.len(), 10_000);
}

proptest! {
    #[test]
    fn any_text_has_a_family(text in ".{0,200}") {
        prop_assert!(!UserAgent::parse(&text).family.is_empty());
    }

    #[test]
    fn tokens_in_any_order_do_no_harm(
        tokens in proptest::collection::vec("(Chrome|Edg|FBAV|MyApp|curl|; wv\\)|bot|Version|rv:)[/ é]?[0-9]{0,12}", 0..8),
    ) {
        let agent = UserAgent::parse(&tokens.join(" "));
        prop_assert!(!agent.family.is_empty());
    }
}
