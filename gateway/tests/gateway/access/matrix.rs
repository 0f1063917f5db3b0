//! Every protocol × credential × method, in one table.

use antigravity_chassis::access::Scope;

use super::credentials::{Credential, Guarded};
use super::protocols::*;

/// Each method of the contract, and the scope that it needs. `None`: any valid credential will do.
const METHODS: [(&str, Option<Scope>); 17] = [
    ("Ask", Some(Scope::Ask)),
    ("AskStream", Some(Scope::Ask)),
    ("CheckGrounding", Some(Scope::Ask)),
    ("GetAnswer", Some(Scope::Ask)),
    ("ListAnswers", Some(Scope::Ask)),
    ("DeleteAnswer", Some(Scope::Ask)),
    ("ShareAnswer", Some(Scope::Ask)),
    ("Search", Some(Scope::Search)),
    ("GetPreprint", Some(Scope::Search)),
    ("DescribeArchive", None),
    ("ListArchives", None),
    ("ListModels", None),
    ("IndexPreprints", Some(Scope::Index)),
    ("DeletePreprints", Some(Scope::Index)),
    ("ExportPreprints", Some(Scope::Admin)),
    ("VerifyArchive", Some(Scope::Admin)),
    ("DeleteAnswers", Some(Scope::Admin)),
];

/// The routes of the other protocols, and the method that each stands for.
const ROUTES: [(&str, &str, &str, &str); 18] = [
    ("JSON", "POST", "/v1/ask", "Ask"),
    ("SSE", "POST", "/v1/ask:stream", "AskStream"),
    ("JSON", "POST", "/v1/check-grounding", "CheckGrounding"),
    ("JSON", "GET", "/v1/answers", "ListAnswers"),
    ("JSON", "GET", "/v1/answers/1", "GetAnswer"),
    ("JSON", "DELETE", "/v1/answers/1", "DeleteAnswer"),
    ("JSON", "POST", "/v1/delete-answers", "DeleteAnswers"),
    ("JSON", "POST", "/v1/share-answer", "ShareAnswer"),
    ("JSON", "POST", "/v1/search", "Search"),
    ("JSON", "GET", "/v1/preprints/AG-2026.03-1712", "GetPreprint"),
    ("JSON", "HEAD", "/v1/preprints/AG-2026.03-1712", "GetPreprint"),
    ("JSON", "GET", "/v1/archive", "DescribeArchive"),
    ("JSON", "GET", "/v1/archives", "ListArchives"),
    ("JSON", "GET", "/v1/models", "ListModels"),
    ("OpenAI", "POST", "/openai/v1/chat/completions", "Ask"),
    ("OpenAI", "GET", "/openai/v1/models", "ListModels"),
    ("OpenAI", "GET", "/openai/v1/models/antigravity", "ListModels"),
    // What isn't there is nobody's business who has no credential.
    ("JSON", "GET", "/v1/nothing", "ListModels"),
];

const TOOLS: [(&str, &str); 5] = [
    ("ask", "AskStream"),
    ("search_preprints", "Search"),
    ("get_preprint", "GetPreprint"),
    ("check_grounding", "CheckGrounding"),
    ("get_answer", "GetAnswer"),
];

fn expected(credential: &Credential, method: &str) -> Outcome {
    let (_, scope) = METHODS.iter().find(|(name, _)| *name == method).unwrap();
    match (&credential.allows, scope) {
        (None, _) => Outcome::Unauthenticated,
        (Some(allowed), Some(scope)) if !allowed.contains(scope) => Outcome::Denied,
        _ => Outcome::Allowed,
    }
}

#[tokio::test]
async fn every_protocol_lets_in_whom_it_should_and_nobody_else() {
    let guarded = Guarded::serve().await;
    let Guarded { served, credentials, .. } = &guarded;
    let mut table = Table::new(credentials);
    for (method, _) in METHODS {
        let mut row = Vec::new();
        for credential in credentials {
            row.push((grpc(served, method, credential.header.as_ref()).await, expected(credential, method)));
        }
        table.row(&format!("gRPC     {method}"), &row);
    }
    for (method, _) in METHODS {
        let mut row = Vec::new();
        for credential in credentials {
            row.push((grpc_web(served, method, credential.header.as_ref()).await, expected(credential, method)));
        }
        table.row(&format!("gRPC-Web {method}"), &row);
    }
    for (protocol, verb, path, method) in ROUTES {
        let mut row = Vec::new();
        for credential in credentials {
            row.push((outcome(&http(served, verb, path, credential.header.as_ref()).await), expected(credential, method)));
        }
        table.row(&format!("{protocol:<8} {verb} {path}"), &row);
    }
    for (name, method) in TOOLS {
        let mut row = Vec::new();
        for credential in credentials {
            row.push((tool(served, name, credential.header.as_ref()).await, expected(credential, method)));
        }
        table.row(&format!("MCP      {name}"), &row);
    }
    println!("{}", table.text);
    assert_eq!(table.wrong, [""; 0], "{}", table.text);
}

/// What came of each call, and where that isn't what should have.
struct Table {
    text: String,
    wrong: Vec<String>,
}

impl Table {
    fn new(credentials: &[Credential]) -> Self {
        let names: String = credentials.iter().map(|credential| format!("{:>10}", credential.name)).collect();
        Self { text: format!("{:<46}{names}\n", ""), wrong: Vec::new() }
    }

    fn row(&mut self, name: &str, cells: &[(Outcome, Outcome)]) {
        let row: String = cells.iter().map(|(came, _)| format!("{:>10}", came.cell())).collect();
        self.text.push_str(&format!("{name:<46}{row}\n"));
        if let Some((came, should)) = cells.iter().find(|(came, should)| came != should) {
            self.wrong.push(format!("{name}: {came:?} instead of {should:?}"));
        }
    }
}

#[tokio::test]
async fn health_reflection_and_the_contract_are_anybodys() {
    let guarded = Guarded::serve().await;
    let Guarded { served, .. } = &guarded;
    assert_eq!(http(served, "GET", "/openapi.json", None).await.code, 200);
    assert_eq!(http(served, "GET", "/v1/shared-answers/unknown", None).await.code, 404, "whoever has the link needs nothing else");
    for path in ["/grpc.health.v1.Health/Check", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] {
        let kind = "application/grpc-web-text";
        let head = [("content-type", kind), ("accept", kind)];
        let reply = served.raw(crate::fakes::request(path, &head, b"AAAAAAA=")).await;
        let code = reply.headers.get("grpc-status").map(String::as_str);
        assert!(reply.code == 200 && !matches!(code, Some("7" | "16")), "{path}: {reply:?}");
    }
}

/// A page that has its own name resolve to 127.0.0.1 reaches nothing.
#[tokio::test]
async fn where_nobody_is_asked_a_foreign_name_opens_no_route() {
    let served = crate::fakes::Peers::new().served().await;
    let page_and_tools = [("page", "GET", "/", "Ask"), ("MCP", "POST", "/mcp", "Ask")];
    for (_, verb, path, _) in ROUTES.into_iter().chain(page_and_tools) {
        for (host, refused) in [("evil.example", true), ("localhost:7400", false)] {
            let reply = http_to(&served, host, verb, path, None).await;
            assert_eq!(reply.code == 403, refused, "{verb} {path} of {host}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn every_method_of_the_contract_is_served() {
    let service = antigravity_proto::json::pool().unwrap().get_service_by_name(antigravity_gateway::SERVICE_NAME).unwrap();
    let served = crate::fakes::Peers::new().served().await;
    for method in service.methods() {
        assert_ne!(grpc_code(&served, method.name(), None).await, tonic::Code::Unimplemented, "{}", method.name());
    }
}
