namespace NetworkingSfc.Conformance.Tests.StockClient;

/// <summary>What one command of the client came to.</summary>
internal sealed record ClientRun(int Status, string Output, string Error);
