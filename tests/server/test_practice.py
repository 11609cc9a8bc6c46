"""Practice on the web: the page, and the table that it works with."""

from server.tutor.practice import practice_table


def test_the_page_is_there(client):
    page = client.get("/practice")
    assert page.status_code == 200
    assert "<wg-practice>" in page.text


def test_the_table_is_sent(client):
    assert client.get("/api/practice").json() == practice_table()


def test_an_exercise_of_the_table_is_made_as_it_is_sent(client):
    """What the table proposes can be asked for word by word."""
    row = client.get("/api/practice").json()["functions"][0]
    spec = {"source": row["source"], "point": row["point"], "kind": row["kinds"][0], "level": row["levels"][0]}
    made = client.post("/api/exercise", json=spec | {"seed": 2**31 - 1})
    assert made.status_code == 200
    assert made.json()["blanks"]
