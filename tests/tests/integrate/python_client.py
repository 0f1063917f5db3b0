"""Uses every method of the installed Python client on the running program, and asks the same of both of its clients: python_client.py HOST:PORT"""

import asyncio
import contextlib
import dataclasses
import sys
from pathlib import Path

import antigravityqa
from antigravityqa import Answer, AsyncClient, Block, Client, Coverage, CoverageLevel, Filter, IndexResult, Reason, Restarted, Sources

QUESTION = "Do scaling laws hold for jet foundation models?"


def is_answer(answer: Answer) -> None:
    assert answer.question == QUESTION and answer.coverage.level in (CoverageLevel.FULL, CoverageLevel.PARTIAL), answer.coverage
    cited = answer.cited_sources()
    assert cited and all(source.id in answer.markdown for source in cited), answer.markdown
    html = answer._repr_html_()
    assert all(f'href="{source.url}"' in html for source in cited), html
    assert answer.bibtex().count("@misc{") == len(cited)
    assert answer.create_time is not None and answer.provenance.timings.total is not None


def lasting(answer: Answer) -> Answer:
    """What is the same when a question is asked again."""
    provenance = dataclasses.replace(answer.provenance, timings=antigravityqa.Timings())
    return dataclasses.replace(answer, id="", create_time=None, provenance=provenance)


def use(client: Client) -> Answer:
    answer = client.ask(QUESTION, filter=Filter(categories=["hep-*"]), sources=4, length="SHORT")
    is_answer(answer)
    assert len(answer.sources) == 4

    text, last = "", None
    for event in client.ask_stream(QUESTION):
        match event:
            case Block():
                text += event.markdown
            case Restarted():
                text = ""
            case Answer():
                last = event
            case Sources() | Coverage():
                assert not text
    assert last is not None and last.markdown.strip() == text.strip()

    nearest = client.search("anomaly detection", limit=3).sources
    assert len(nearest) == 3 and 0 < nearest[0].similarity <= 1
    preprint = client.get_preprint(nearest[0].id)
    assert preprint.id in preprint.bibtex() and preprint.title == nearest[0].title
    assert client.check_grounding(answer.markdown).support == 1
    assert client.list_models()[0].default
    (name,) = client.list_archives()
    archive = client.describe_archive(name)
    records = list(client.export_preprints(name))
    assert archive.preprints == len(records) > 70
    outcomes = [outcome.result for acknowledged in client.index_preprints(records) for outcome in acknowledged.outcomes]
    assert outcomes == [IndexResult.UNCHANGED] * len(records), outcomes
    assert client.verify_archive().archive.revision == archive.revision and not client.verify_archive().faults
    assert client.delete_preprints(["AG-2026.03-99999"]) == 0
    keep(client, last)
    return lasting(last)


def keep(client: Client, answer: Answer) -> None:
    """Reads, shares and deletes answers that were kept."""
    assert client.get_answer(answer.id).markdown == answer.markdown
    token = client.share_answer(answer.id)
    assert client.get_answer(share_token=token).id == answer.id
    assert client.share_answer(answer.id, revoke=True) == ""
    kept = [each.id for each in client.list_answers()]
    assert answer.id in kept
    client.delete_answer(answer.id)
    assert answer.id not in [each.id for each in client.list_answers()]
    assert client.delete_answers() == len(kept) - 1 and not list(client.list_answers())


def refuse(client: Client) -> None:
    try:
        client.ask(" ")
    except antigravityqa.InvalidArgument as error:
        assert error.reason is Reason.QUESTION_EMPTY and error.violations[0].field == "question" and error.request_id, vars(error)
    else:
        raise AssertionError("an empty question was answered")
    try:
        client.get_preprint("AG-2026.03-99999")
    except antigravityqa.NotFound as unknown:
        assert unknown.reason is Reason.PREPRINT_NOT_FOUND, vars(unknown)
    else:
        raise AssertionError("a preprint that there isn't was found")
    try:
        client.ask(QUESTION, timeout=1e-5)
    except antigravityqa.DeadlineExceeded:
        pass
    else:
        raise AssertionError("a deadline of 10 microseconds was met")


async def use_asynchronously(address: str) -> Answer:
    async with AsyncClient(f"http://{address}") as client:
        async with contextlib.aclosing(client.ask_stream(QUESTION)) as events:
            first, *_, last = [event async for event in events]
        assert isinstance(first, Sources) and isinstance(last, Answer)
        is_answer(last)
        answers = await asyncio.gather(*(client.ask(QUESTION) for _ in range(4)))
        assert all(lasting(answer) == lasting(last) for answer in answers)
        records = [record async for record in client.export_preprints()]
        acknowledged = [each async for each in client.index_preprints(records)]
        assert sum(len(each.outcomes) for each in acknowledged) == len(records)
        try:
            await client.ask(" ")
        except antigravityqa.InvalidArgument as error:
            assert error.reason is Reason.QUESTION_EMPTY
        else:
            raise AssertionError("an empty question was answered")
        assert (await client.get_answer(last.id)).markdown == last.markdown
        token = await client.share_answer(last.id)
        assert (await client.get_answer(share_token=token)).id == last.id
        assert last.id in [each.id async for each in client.list_answers()]
        await client.delete_answer(last.id)
        assert await client.delete_answers() == 4 and not [each async for each in client.list_answers()]
        return lasting(last)


def main() -> None:
    assert Path(antigravityqa.__file__).is_relative_to(sys.prefix), f"not the installed one: {antigravityqa.__file__}"
    with Client(sys.argv[1]) as client:
        answer = use(client)
        refuse(client)
    assert asyncio.run(use_asynchronously(sys.argv[1])) == answer
    print("all methods are served")


if __name__ == "__main__":
    main()
