using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.State;

/// <summary>From bytes to a JSON object: everything that can be wrong with a document before it means anything.</summary>
internal static class StateText
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = JsonScan.MaxDepth, AllowDuplicateProperties = false };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    /// <summary>Reads a document; <paramref name="restores"/> says whether it may be a state as the API let it become.</summary>
    public static StateReading Parse(ReadOnlyMemory<byte> utf8, bool restores)
    {
        ReadOnlyMemory<byte> text = utf8.Span.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;
        if (!Utf8.IsValid(text.Span))
        {
            return Refused("$", "The document is not UTF-8. Accepted is JSON in UTF-8.");
        }

        if (new JsonScan(text.Span).Check() is { } wrong)
        {
            return Refused("$", wrong);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, _options);
            return new StateReader(restores || StateReader.IsOfServer(document.RootElement)).Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            return Refused(Place(exception), $"The document is not JSON that can be used: {FirstSentence(exception.Message)} Accepted is one JSON object with no member twice.");
        }
    }

    private static StateReading Refused(string where, string message) => new(null, [new StateError(where, message)]);

    /// <summary>People count lines and columns from 1; the reader counts from 0, columns in bytes.</summary>
    private static string Place(JsonException exception) => exception.LineNumber is { } line
        ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {(exception.BytePositionInLine ?? 0) + 1}")
        : "$";

    /// <summary>The reader repeats the place, counted from 0, after its sentence.</summary>
    private static string FirstSentence(string message)
    {
        int place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return place < 0 ? message : message[..place];
    }
}
