//! Sends articles through every kind of producer, and keeps the book of what was accepted.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Options;
use super::book::Book;
use super::newsroom::{Launch, Newsroom, proxies, set_all};
use super::settings::STDIN_CONFIG;
use super::web::Web;
use crate::{Network, Proxy, TestArticle, articles, http};
use dateline_sample::Random;

/// Articles a push, a file, an update of a feed and a run of standard input.
const PUSH: usize = 40;
const FILE: usize = 60;
const UPDATE: usize = 8;
const STDIN: usize = 200;
/// Out of 20 articles: those pushed, those dropped as files and those in feeds; the others go by
/// standard input.
const PUSHED: usize = 10;
const FILED: usize = 5;
const POLLED: usize = 2;
/// One in so many is changed later, one in so many sent again by another way.
const CHANGED: usize = 30;
const REPEATED: usize = 25;
/// Characters of an article: what is tested is delivery.
const TEXT: usize = 900;

/// The articles of one run on their way.
#[derive(Debug)]
pub(crate) struct Feed {
    push: SocketAddr,
    inbox: PathBuf,
    folder: PathBuf,
    launch: Launch,
    upstream: Vec<SocketAddr>,
    seed: u64,
    load: Duration,
    web: Web,
    pushed: Vec<TestArticle>,
    filed: Vec<TestArticle>,
    polled: Vec<TestArticle>,
    piped: Vec<TestArticle>,
    book: Arc<Book>,
}

impl Feed {
    pub(crate) fn new(options: &Options, newsroom: &Newsroom) -> Self {
        let (mut pushed, mut filed, mut polled, mut piped) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, article) in articles(options.articles, options.seed).map(short).enumerate() {
            match index % 20 {
                way if way < PUSHED => pushed.push(article),
                way if way < PUSHED + FILED => filed.push(article),
                way if way < PUSHED + FILED + POLLED => polled.push(article),
                _ => piped.push(article),
            }
        }
        let upstream = newsroom.urls().iter().map(|url| address(url)).collect();
        Self {
            push: newsroom.push(),
            inbox: newsroom.inbox(),
            folder: newsroom.folder().to_owned(),
            launch: newsroom.launch(),
            upstream,
            seed: options.seed,
            load: options.load,
            web: newsroom.web(),
            pushed,
            filed,
            polled,
            piped,
            book: Arc::default(),
        }
    }

    pub(crate) fn book(&self) -> &Book {
        &self.book
    }

    /// Sends everything; ends when all of it was accepted.
    pub(crate) async fn run(&self) {
        tokio::join!(self.push_all(), self.drop_all(), self.publish_all(), self.pipe_all());
    }

    /// Pushes batch after batch; some articles are changed and pushed again later.
    async fn push_all(&self) {
        let (started, mut changed) = (Instant::now(), Vec::new());
        for (number, batch) in self.pushed.chunks(PUSH).enumerate() {
            self.wait_for_turn(started, number * PUSH, self.pushed.len()).await;
            self.push(batch).await;
            let places = (number * PUSH..).zip(batch);
            let to_change = places.filter(|(place, _)| place % CHANGED == 0);
            changed.extend(to_change.map(|(_, article)| article.changed("This was corrected.")));
            if changed.len() >= PUSH {
                self.push(&std::mem::take(&mut changed)).await;
            }
        }
        self.push(&changed).await;
    }

    /// Sends a batch until it is answered 202: from then on it is owed.
    async fn push(&self, batch: &[TestArticle]) {
        let headers = [("Content-Type", "application/x-ndjson")];
        let body = lines(batch);
        while !batch.is_empty() {
            match http::post(self.push, "/articles?source=wire", &headers, body.as_bytes()).await {
                Ok(answer) if answer.status == 202 => break,
                // Behind, stopping, or gone: all of it is sent again.
                Ok(answer) => assert!([429, 503].contains(&answer.status), "{answer:?}"),
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.book.accepted(batch);
    }

    /// Drops files into the watched folder, some of them unreadable, some with articles that
    /// were pushed too.
    async fn drop_all(&self) {
        let started = Instant::now();
        for (number, batch) in self.filed.chunks(FILE).enumerate() {
            self.wait_for_turn(started, number * FILE, self.filed.len()).await;
            // Never one that is changed: which version is the newest would be a matter of luck.
            let again = self.pushed.iter().enumerate().skip(number * FILE).take(FILE);
            let again = again.filter(|(place, _)| place % REPEATED == 7 && place % CHANGED != 0);
            let all: Vec<TestArticle> =
                batch.iter().chain(again.map(|(_, article)| article)).cloned().collect();
            drop_file(&self.inbox, &format!("{number:06}.jsonl"), lines(&all).as_bytes());
            self.book.accepted(&all);
            if number % 4 == 1 {
                let mark = format!("unreadable {}-{number} so far", self.seed);
                let cut = format!("{{\"{mark}\": ");
                drop_file(&self.inbox, &format!("{number:06}.json"), cut.as_bytes());
                self.book.bad(mark);
            }
        }
    }

    /// Puts articles into feeds that are polled. They stay there, so that they are owed at once.
    async fn publish_all(&self) {
        let started = Instant::now();
        for (number, batch) in self.polled.chunks(UPDATE).enumerate() {
            self.wait_for_turn(started, number * UPDATE, self.polled.len()).await;
            self.web.publish(number, batch);
            self.book.accepted(batch);
        }
    }

    /// Hands articles to a producer's standard input; one that is killed starts over.
    async fn pipe_all(&self) {
        let (started, proxies) = (Instant::now(), proxies(&self.upstream).await);
        let mut random = Random::new(self.seed, usize::MAX - 1);
        for (number, batch) in self.piped.chunks(STDIN).enumerate() {
            self.wait_for_turn(started, number * STDIN, self.piped.len()).await;
            let path = self.folder.join(format!("stdin-{number}.jsonl"));
            std::fs::write(&path, lines(batch)).expect("a temporary folder can be written to");
            while !self.pipe(&path, &proxies, &mut random).await {}
            self.book.accepted(batch);
        }
    }

    /// One run of a producer; true when it says that everything was accepted.
    async fn pipe(&self, path: &Path, proxies: &[Proxy], random: &mut Random) -> bool {
        let command =
            self.launch.role("producer", STDIN_CONFIG, proxies).args(["--stdin", "--source", "stdin"]);
        let mut process = command.stdin_file(path).spawn();
        let struck = random.below(3);
        tokio::time::sleep(Duration::from_millis(random.below(1_500) as u64)).await;
        if struck == 0 {
            process.kill9();
            return false;
        }
        if struck == 1 {
            set_all(proxies, Network::Reset);
            tokio::time::sleep(Duration::from_millis(random.below(1_500) as u64)).await;
            set_all(proxies, Network::Up);
        }
        process.wait_exit(Duration::from_mins(3)).await.success()
    }

    /// Spreads `total` evenly over the time of the load.
    async fn wait_for_turn(&self, started: Instant, index: usize, total: usize) {
        let share = u32::try_from(index).unwrap_or(u32::MAX);
        let due = self.load * share / u32::try_from(total.max(1)).unwrap_or(u32::MAX);
        tokio::time::sleep_until(started + due).await;
    }
}

/// Puts a finished file into a watched folder, as a careful writer does.
pub(crate) fn drop_file(inbox: &Path, name: &str, content: &[u8]) {
    let unfinished = inbox.join(format!("{name}.part"));
    std::fs::write(&unfinished, content).expect("a temporary folder can be written to");
    std::fs::rename(unfinished, inbox.join(name)).expect("a file can be renamed in its folder");
}

fn address(url: &str) -> SocketAddr {
    url.trim_start_matches("nats://").parse().expect("the broker's own address")
}

fn lines(articles: &[TestArticle]) -> String {
    articles.iter().map(|article| article.json() + "\n").collect()
}

fn short(article: TestArticle) -> TestArticle {
    let end = article.text.floor_char_boundary(TEXT);
    TestArticle { text: article.text[..end].trim_end().to_owned(), ..article }
}
