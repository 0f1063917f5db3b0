//! What each method of the contract needs, for every protocol alike.

use antigravity_chassis::access::{Need, Scope};

/// What a method needs, by its name in the contract. `None` for a name that the contract hasn't.
pub(crate) fn need(method: &str) -> Option<Need> {
    NEEDS.iter().find(|(name, _)| *name == method).map(|(_, need)| *need)
}

/// Describing needs a credential, and none in particular: who may only index has to see what came of it.
const NEEDS: [(&str, Need); 17] = [
    ("Ask", Need::Scope(Scope::Ask)),
    ("AskStream", Need::Scope(Scope::Ask)),
    ("CheckGrounding", Need::Scope(Scope::Ask)),
    ("GetAnswer", Need::Scope(Scope::Ask)),
    ("ListAnswers", Need::Scope(Scope::Ask)),
    ("DeleteAnswer", Need::Scope(Scope::Ask)),
    ("ShareAnswer", Need::Scope(Scope::Ask)),
    ("Search", Need::Scope(Scope::Search)),
    ("GetPreprint", Need::Scope(Scope::Search)),
    ("DescribeArchive", Need::Credential),
    ("ListArchives", Need::Credential),
    ("ListModels", Need::Credential),
    ("IndexPreprints", Need::Scope(Scope::Index)),
    ("DeletePreprints", Need::Scope(Scope::Index)),
    // All of an archive at once, all of it read, all of a tenant's answers.
    ("ExportPreprints", Need::Scope(Scope::Admin)),
    ("VerifyArchive", Need::Scope(Scope::Admin)),
    ("DeleteAnswers", Need::Scope(Scope::Admin)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_the_contract_needs_something() {
        let service = antigravity_proto::json::pool().unwrap().get_service_by_name(crate::SERVICE_NAME).unwrap();
        let mut methods: Vec<String> = service.methods().map(|method| method.name().to_owned()).collect();
        let mut listed: Vec<&str> = NEEDS.iter().map(|(name, _)| *name).collect();
        methods.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, methods);
        assert!(NEEDS.iter().all(|(_, need)| *need != Need::Nothing));
    }
}
