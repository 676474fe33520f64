using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Resources;

/// <summary>Rows that the tables of several resources share.</summary>
internal static class SfcRules
{
    /// <summary>The id: chosen by the server, or by a state document.</summary>
    public static AttributeRule Id { get; } = new("id", AttributeUse.Document, Ids.One, Schema.Id) { Accepts = "a UUID" };

    /// <summary>The name; null is refused.</summary>
    public static AttributeRule Name { get; } = new("name", AttributeUse.Post | AttributeUse.Put, Texts.UpTo255, Schema.Text) { Default = "", Accepts = "text of at most 255 characters" };

    /// <summary>The description; null is refused.</summary>
    public static AttributeRule Description { get; } = new("description", AttributeUse.Post | AttributeUse.Put, Texts.UpTo255, Schema.Text) { Default = "", Accepts = "text of at most 255 characters" };

    /// <summary>The owner under its older name. The request layer always fills it.</summary>
    public static AttributeRule TenantId { get; } = new("tenant_id", AttributeUse.Post, Texts.UpTo255, Schema.Text) { Required = true, Accepts = "text of at most 255 characters" };

    /// <summary>The owner under its newer name.</summary>
    public static AttributeRule ProjectId { get; } = new("project_id", AttributeUse.Post, Texts.UpTo255, Schema.Text) { Required = true, Accepts = "text of at most 255 characters" };
}
