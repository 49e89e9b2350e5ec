//! `dateline health`: the answer of a process, as an exit code.

use dateline_testkit::{NatsServer, free_port};

use crate::once::dateline;
use crate::pipeline::{Pipeline, Service};

#[tokio::test]
async fn a_process_says_whether_it_is_well() {
    let (mut server, pipeline) = (NatsServer::start(), Pipeline::new());
    let mut service = Service::start_ready(pipeline.run("enricher", &server.url())).await;
    let admin = service.admin().await.to_string();
    let ask = |probe: &str| dateline(["health", probe, "--admin", &admin]);
    for (probe, said) in [("ready", "ready"), ("live", "alive"), ("started", "started")] {
        assert_eq!(ask(probe).succeed().stdout.trim(), said);
    }
    // The configured port, also where it stands for all addresses of the machine.
    let port = admin.rsplit(':').next().unwrap();
    dateline(["health"])
        .env("DATELINE_ADMIN__LISTEN", format!("0.0.0.0:{port}"))
        .env("DATELINE_ADMIN__ALLOW_REMOTE", "true")
        .succeed();
    server.kill9();
    dateline_testkit::eventually("the process to miss its broker", crate::pipeline::PATIENCE, || {
        let done = ask("ready").run();
        async move { (done.code == 1 && done.stdout.contains("broker")).then_some(()) }
    })
    .await;
    ask("live").succeed();
}

#[test]
fn nobody_there_is_not_well() {
    let nobody = format!("127.0.0.1:{}", free_port());
    dateline(["health", "--admin", &nobody]).fail(1, &["no dateline answers", &nobody]);
    dateline(["health"]).env("DATELINE_ADMIN__ENABLED", "false").fail(2, &["admin.enabled"]);
    dateline(["health", "merry"]).fail(2, &["possible values"]);
}
