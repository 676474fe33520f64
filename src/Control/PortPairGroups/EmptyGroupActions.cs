using System.Collections.Immutable;

namespace NetworkingSfc.Control.PortPairGroups;

/// <summary>The words of <see cref="EmptyGroupAction"/>; case matters.</summary>
public static class EmptyGroupActions
{
    /// <summary>Every word with what it means, in the order in which people are told of them.</summary>
    public static ImmutableArray<(string Word, EmptyGroupAction Value)> All { get; } =
        [("drop", EmptyGroupAction.Drop), ("skip", EmptyGroupAction.Skip), ("leave", EmptyGroupAction.Leave)];

    /// <summary>The words alone.</summary>
    public static ImmutableArray<string> Words { get; } = [.. All.Select(known => known.Word)];

    /// <summary>The word.</summary>
    /// <param name="action">What it means.</param>
    public static string Word(EmptyGroupAction action) => All.First(known => known.Value == action).Word;

    /// <summary>What a word means, or null when it is none of them.</summary>
    /// <param name="word">The word.</param>
    public static EmptyGroupAction? Find(string word) => Words.IndexOf(word) is >= 0 and int index ? All[index].Value : null;
}
