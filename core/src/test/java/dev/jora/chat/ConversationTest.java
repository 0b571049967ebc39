package dev.jora.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ConversationTest {
  private static Conversation exchange() {
    Conversation talk = new Conversation();
    talk.system("Be brief.");
    talk.add(Message.user("one"));
    talk.add(Message.assistant("eins"));
    return talk;
  }

  @Test
  void undoTakesBackTheUsersWordsAndTheAnswer() {
    Conversation talk = exchange();
    assertEquals(Optional.of("one"), talk.undo());
    assertEquals(List.of(Message.system("Be brief.")), talk.messages());
    assertEquals(Optional.empty(), talk.undo());
    assertEquals(Optional.empty(), talk.last(), "a system message was not said by anybody");
  }

  @Test
  void undoOfAnAnswerLeavesTheQuestion() {
    Conversation talk = exchange();
    assertTrue(talk.undoAnswer());
    assertEquals(Optional.of(Message.user("one")), talk.last());
    assertTrue(talk.undoAnswer(), "the question stands last already");
    assertEquals(2, talk.messages().size());
    talk.clear();
    assertFalse(talk.undoAnswer());
  }

  @Test
  void aGreetingIsNoAnswerToAnything() {
    Conversation talk = new Conversation();
    talk.system("You are a cat.");
    talk.add(Message.assistant("Meow!"));
    assertFalse(talk.undoAnswer());
    assertEquals(2, talk.messages().size());
  }

  @Test
  void lastWordsAreTheUsersWhateverFollows() {
    Conversation talk = new Conversation();
    talk.system("You are a cat.");
    talk.add(Message.assistant("Meow!"));
    assertEquals(Optional.empty(), talk.lastWords());
    talk.add(Message.user("first"));
    talk.add(Message.user("last"));
    assertEquals(Optional.of("last"), talk.lastWords());
    talk.add(Message.assistant("Purr."));
    assertEquals(Optional.of("last"), talk.lastWords());
  }

  @Test
  void systemIsSetReplacedAndTakenAway() {
    Conversation talk = exchange();
    talk.system("Be long.");
    assertEquals(Optional.of("Be long."), talk.system());
    assertEquals(3, talk.messages().size());
    talk.system("");
    assertEquals(Optional.empty(), talk.system());
    assertEquals(Message.user("one"), talk.messages().getFirst());
  }

  @Test
  void branchesShareNothingButTheirBeginning() {
    Conversation talk = exchange();
    talk.fork("french");
    talk.undoAnswer();
    talk.add(Message.assistant("un"));
    assertEquals(Message.assistant("un"), talk.messages().getLast());
    talk.switchTo(ChatFile.MAIN);
    assertEquals(Message.assistant("eins"), talk.messages().getLast());
    assertEquals(List.of("main", "french"), List.copyOf(talk.names()));
    assertThrows(ChatException.class, () -> talk.fork("french"));
    String names = assertThrows(ChatException.class, () -> talk.switchTo("x")).getMessage();
    assertTrue(names.contains("main, french"), names);
    Map<String, List<Message>> branches = talk.branches();
    assertEquals(branches, new Conversation(branches, "french").branches());
    assertEquals("un", new Conversation(branches, "french").messages().getLast().content());
  }
}
