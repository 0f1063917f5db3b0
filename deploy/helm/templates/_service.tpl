{{/*
A service: its configuration, its Deployment and its headless Service. Dict root, component, and where the service has them initContainers,
env, mounts, volumes (lists as YAML) and recreate.
*/}}
{{- define "antigravity.service" -}}
{{- $values := get .root.Values .component -}}
{{- $name := printf "%s-%s" (include "antigravity.fullname" .root) .component -}}
{{- $settings := include "antigravity.settings" . -}}
{{- $trusted := or .root.Values.trustedCertificates.secretName .root.Values.trustedCertificates.configMapName -}}
{{- $tls := ne .root.Values.tls.mode "none" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "antigravity.labels" . | nindent 4 }}
data:
  antigravity.toml: |
    {{- $settings | nindent 4 }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "antigravity.labels" . | nindent 4 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  {{- if .recreate }}
  # The data directory belongs to one process: the old one has to go first.
  strategy: { type: Recreate }
  {{- else }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  {{- end }}
  selector:
    matchLabels: {{- include "antigravity.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "antigravity.labels" . | nindent 8 }}
        {{- with $values.podLabels }}{{- toYaml . | nindent 8 }}{{- end }}
      annotations:
        # Settings are read at the start: a change rolls the pods.
        checksum/settings: {{ sha256sum $settings }}
        {{- with $values.podAnnotations }}{{- toYaml . | nindent 8 }}{{- end }}
    spec:
      {{- include "antigravity.podBasics" . | nindent 6 }}
      terminationGracePeriodSeconds: {{ add .root.Values.shutdown.announceSeconds .root.Values.shutdown.drainSeconds 5 }}
      {{- with include "antigravity.placement" $values | trim }}{{- . | nindent 6 }}{{- end }}
      {{- with include "antigravity.spread" . | trim }}{{- . | nindent 6 }}{{- end }}
      {{- with .initContainers }}
      initContainers: {{- . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ include "antigravity.image" (dict "root" .root "image" $values.image) }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          args: [--config, /etc/antigravity/antigravity.toml]
          ports:
            - { name: grpc, containerPort: {{ include "antigravity.port" . }} }
            {{- if .root.Values.metrics.enabled }}
            - { name: admin, containerPort: {{ .root.Values.metrics.port }} }
            {{- end }}
          {{- if or $trusted .env }}
          env:
            {{- if $trusted }}
            - { name: SSL_CERT_FILE, value: /trusted/{{ .root.Values.trustedCertificates.key }} }
            {{- end }}
            {{- with .env }}{{- . | nindent 12 }}{{- end }}
          {{- end }}
          {{- include "antigravity.probes" . | nindent 10 }}
          {{- with include "antigravity.lifecycle" . }}{{- . | nindent 10 }}{{- end }}
          resources: {{- toYaml $values.resources | nindent 12 }}
          securityContext: {{- include "antigravity.containerSecurity" . | nindent 12 }}
          volumeMounts:
            - { name: settings, mountPath: /etc/antigravity, readOnly: true }
            {{- if $trusted }}
            - { name: trusted, mountPath: /trusted, readOnly: true }
            {{- end }}
            {{- if $tls }}
            - { name: tls, mountPath: /tls, readOnly: true }
            {{- end }}
            {{- with .mounts }}{{- . | nindent 12 }}{{- end }}
      volumes:
        - name: settings
          configMap: { name: {{ $name }} }
        {{- with include "antigravity.trustedVolume" . | trim }}{{- . | nindent 8 }}{{- end }}
        {{- if $tls }}
        - name: tls
          secret: { secretName: {{ include "antigravity.tlsSecret" . }}, defaultMode: 0440 }
        {{- end }}
        {{- with .volumes }}{{- . | nindent 8 }}{{- end }}
---
apiVersion: v1
kind: Service
metadata:
  # Headless for callers that balance for themselves: a gRPC connection would stay on one pod behind a cluster IP.
  name: {{ $name }}{{ if eq .component "gateway" }}-headless{{ end }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "antigravity.labels" . | nindent 4 }}
spec:
  clusterIP: None
  selector: {{- include "antigravity.selector" . | nindent 4 }}
  ports:
    - { name: grpc, port: {{ include "antigravity.port" . }}, targetPort: grpc, appProtocol: {{ ternary "kubernetes.io/h2c" "https" (eq .root.Values.tls.mode "none") }} }
    {{- if .root.Values.metrics.enabled }}
    - { name: admin, port: {{ .root.Values.metrics.port }}, targetPort: admin }
    {{- end }}
{{- if $values.autoscaling.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "antigravity.labels" . | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ $name }} }
  minReplicas: {{ $values.autoscaling.minReplicas }}
  maxReplicas: {{ $values.autoscaling.maxReplicas }}
  metrics:
    {{- if eq $values.autoscaling.metric "inFlight" }}
    - type: Pods
      pods:
        metric: { name: antigravity_calls_in_flight }
        target: { type: AverageValue, averageValue: {{ $values.autoscaling.target | quote }} }
    {{- else }}
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ $values.autoscaling.target }} }
    {{- end }}
  behavior:
    # A pod that goes has answers to end first.
    scaleDown: { stabilizationWindowSeconds: 300 }
{{- end }}
{{- if and .root.Values.podDisruptionBudget.enabled (include "antigravity.replicated" .) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "antigravity.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .root.Values.podDisruptionBudget.maxUnavailable }}
  # A pod that isn't ready protects nothing, and must not block a node's draining.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "antigravity.selector" . | nindent 6 }}
{{- end }}
{{- end -}}
